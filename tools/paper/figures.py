"""The paper's figures and what has to be trained for them: data, no code."""
from dataclasses import dataclass

SETS = {"mnist": "MNIST", "smile": "Smile", "smile2": "Smile-2", "smileys": "the drawn faces"}
# Smile and Smile-2 have no licence: nothing that shows them, or was trained on
# them, is published.
PUBLIC_SETS = ("mnist", "smileys")

READER = "examples/digits/digits"   # reads reconstructions in place of a person

MODELS = {
    "simple_autoencoder": "simple autoencoder",
    "deep_autoencoder": "deep autoencoder",
    "convolutional_autoencoder": "convolutional autoencoder",
    "vanilla_gan": "vanilla GAN",
    "dcgan": "DCGAN",
}
KINDS = {**MODELS, READER: "classifier of digits"}


@dataclass(frozen=True)
class Run:
    """One training: `schedule` stands beside the model. Budgets are counted in
    `unit` ("epochs" or "iterations"), of which each has `updates`; a pass over
    the data has `pass_updates`."""
    name: str
    model: str
    schedule: str
    data: str
    unit: str
    updates: int
    pass_updates: int
    quick: int
    default: int
    full: int
    settings: tuple = ()     # --set
    milestones: tuple = ()   # updates whose state is kept

    @property
    def is_gan(self):
        return self.unit == "iterations"


@dataclass(frozen=True)
class Sheet:
    """What a run draws: pairs, or a GAN's images after so many updates (0: at
    the end of its budget)."""
    title: str
    run: str
    at: int = 0


@dataclass(frozen=True)
class Figure:
    """`kind`: data (a sheet of `subjects`, data sets), drawing and table (of
    `subjects`, models), sheets (of `sheets`)."""
    number: str
    title: str
    says: str
    kind: str
    subjects: tuple = ()
    sheets: tuple = ()
    table: str = ""      # file below tables/
    claims: tuple = ()   # that rest on it
    readers: tuple = ()  # runs that its claims need, which it does not show
    note: str = ""


def autoencoder(short, model, data, quick, epochs, updates, **more):
    return Run(f"{short}.{more.pop('variant', data)}", model,
               f"{model}.{more.pop('schedule', data)}", data, "epochs", updates,
               updates, quick, epochs, epochs, **more)


def gan(short, model, schedule, data, pass_updates, quick, default, full, **more):
    return Run(f"{short}.{schedule}", model, f"{model}.{schedule}", data, "iterations", 1,
               pass_updates, quick, default, full, **more)


MNIST_UPDATES, SMILE_UPDATES = 235, 2   # of a pass, batch 256
READER_UPDATES = 469                    # batch 128
DCGAN_STATES = (125, 250, 500, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 12000, 20000, 40000,
                80000, 160000)
DCGAN_MNIST_STATES = (250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 10000, 20000, 50000, 117000,
                      500000, 1170000)

RUNS = {run.name: run for run in (
    autoencoder("simple", "simple_autoencoder", "mnist", 5, 100, MNIST_UPDATES),
    autoencoder("deep", "deep_autoencoder", "mnist", 5, 100, MNIST_UPDATES),
    autoencoder("convolutional", "convolutional_autoencoder", "mnist", 2, 100, MNIST_UPDATES),
    Run("reader.mnist", READER, READER, "mnist", "epochs", READER_UPDATES, READER_UPDATES, 1, 10, 10),
    autoencoder("simple", "simple_autoencoder", "smile", 1000, 4000, SMILE_UPDATES),
    autoencoder("simple", "simple_autoencoder", "smile2", 700, 700, SMILE_UPDATES),
    autoencoder("deep", "deep_autoencoder", "smile2", 300, 700, SMILE_UPDATES),
    autoencoder("convolutional", "convolutional_autoencoder", "smile2", 100, 500, SMILE_UPDATES),
    autoencoder("simple", "simple_autoencoder", "smileys", 1000, 4000, SMILE_UPDATES,
                variant="smileys_as_they_are", settings=("data.pixels=unit",)),
    autoencoder("simple", "simple_autoencoder", "smileys", 700, 700, SMILE_UPDATES),
    autoencoder("deep", "deep_autoencoder", "smileys", 300, 700, SMILE_UPDATES),
    autoencoder("convolutional", "convolutional_autoencoder", "smileys", 100, 700, SMILE_UPDATES),
    gan("vanilla", "vanilla_gan", "mnist", "mnist", 234, 2340, 23400, 23400),
    gan("vanilla", "vanilla_gan", "smile2", "smile2", 1, 2000, 20000, 20000),
    gan("vanilla", "vanilla_gan", "smileys", "smileys", 1, 2000, 20000, 20000),
    gan("vanilla", "vanilla_gan", "mnist_author", "mnist", 234, 2340, 23400, 23400),
    gan("vanilla", "vanilla_gan", "smile2_author", "smile2", 1, 2000, 20000, 20000),
    gan("vanilla", "vanilla_gan", "smileys_author", "smileys", 1, 2000, 20000, 20000),
    gan("dcgan", "dcgan", "smile2", "smile2", 8, 100, 8000, 160000, milestones=DCGAN_STATES),
    gan("dcgan", "dcgan", "smileys", "smileys", 8, 100, 8000, 160000, milestones=DCGAN_STATES),
    gan("dcgan", "dcgan", "mnist", "mnist", 234, 20, 5000, 1170000, milestones=DCGAN_MNIST_STATES),
)}

FIGURES = (
    Figure("1", "The MNIST data set", "60,000 pictures of 28 × 28 to train on and 10,000 to "
           "test with.", "data", ("mnist/train",)),
    Figure("2", "The Smile data set", "400 pictures of 28 × 28 to train on and 17 to test with.",
           "data", ("smile/train", "smileys/train")),
    Figure("3", "The architecture of an autoencoder", "An encoder, a code, a decoder; the loss is "
           "between the output and the input.", "drawing", ("simple_autoencoder.mnist",)),
    Figure("4a", "The simple autoencoder", "50,992 parameters.", "table",
           ("simple_autoencoder",), table="figure-04a.txt"),
    Figure("4b", "The simple autoencoder on MNIST", "100 epochs: “not the originals, but "
           "recognisable”. Originals above, reconstructions below.", "sheets",
           sheets=(Sheet("MNIST", "simple.mnist"),
                   Sheet("The drawn faces, binarised", "simple.smileys")),
           claims=("1a", "2a", "3c", "3d"), readers=("reader.mnist",)),
    Figure("5", "The simple autoencoder on Smile", "Left: Smile as it is, 4,000 epochs; it cannot "
           "reconstruct. Right: Smile-2 (255 becomes 0, every other value 1), 700 epochs; a clear "
           "improvement.", "sheets",
           sheets=(Sheet("Left: Smile as it is", "simple.smile"),
                   Sheet("Left, on the drawn faces as they are", "simple.smileys_as_they_are"),
                   Sheet("Right: Smile-2", "simple.smile2"),
                   Sheet("Right, on the drawn faces, binarised", "simple.smileys")),
           claims=("1b", "1c")),
    Figure("6a", "The deep autoencoder", "222,384 parameters.", "table", ("deep_autoencoder",),
           table="figure-06a.txt"),
    Figure("6b", "The deep autoencoder on MNIST", "Better than the simple one.", "sheets",
           sheets=(Sheet("MNIST", "deep.mnist"),),
           claims=("2a", "2b", "3c")),
    Figure("6c", "The deep autoencoder on Smile-2", "Better than the simple one.", "sheets",
           sheets=(Sheet("Smile-2", "deep.smile2"),
                   Sheet("The drawn faces, binarised", "deep.smileys")),
           claims=("2a", "3c")),
    Figure("7a", "The convolutional autoencoder", "4,385 parameters.", "table",
           ("convolutional_autoencoder",), table="figure-07a.txt",
           claims=("3a",)),
    Figure("7b", "The convolutional autoencoder on MNIST", "“Takes 30 times longer to train than "
           "the others and needs fewer epochs.”", "sheets",
           sheets=(Sheet("MNIST", "convolutional.mnist"),),
           claims=("3b", "3c", "3d")),
    Figure("7c", "The convolutional autoencoder on Smile-2", "The same experiment.", "sheets",
           sheets=(Sheet("Smile-2", "convolutional.smile2"),
                   Sheet("The drawn faces, binarised", "convolutional.smileys")),
           claims=("3c", "3d")),
    Figure("8", "The architecture of a GAN", "A generator, fed with random numbers, and a "
           "discriminator that sees real and generated samples.", "drawing",
           ("vanilla_gan.mnist",)),
    Figure("9", "The vanilla GAN", "Generator 50,992 and discriminator 25,665 parameters.",
           "table", ("vanilla_gan",), table="figure-09a.txt"),
    Figure("10", "Images of the vanilla GAN", "4 × 8 images: not as much like the data as an "
           "autoencoder's, but with the features of the data.", "sheets",
           sheets=(Sheet("Smile-2, settings that work", "vanilla.smile2"),
                   Sheet("Smile-2, the author's settings", "vanilla.smile2_author"),
                   Sheet("The drawn faces, settings that work", "vanilla.smileys"),
                   Sheet("The drawn faces, the author's settings", "vanilla.smileys_author"),
                   Sheet("MNIST, settings that work", "vanilla.mnist"),
                   Sheet("MNIST, the author's settings", "vanilla.mnist_author")),
           note="With the settings of the author's scripts the generator ends with one image over "
                "and over. Two things together do it: its 784 latent numbers are all between 0 "
                "and 1, so that every latent vector is nearly the mean of all; and the "
                "discriminator learns at 1e-3, five times as fast as the generator. Latent numbers "
                "from -1 to 1 and a discriminator at 1e-4 are all that is changed in the settings "
                "that work.",
           claims=("4a", "4b", "4c", "4e")),
    Figure("11", "The DCGAN", "Generator 1,164,289 and discriminator 40,705 parameters.", "table",
           ("dcgan",), table="figure-11.txt"),
    Figure("12", "Images of the DCGAN, Smile-2", "8 × 8 images after 1,000 (a) and 20,000 (b) "
           "“iterations”: the network goes on improving.", "sheets",
           sheets=(Sheet("12a, iterations read as updates: 1,000", "dcgan.smile2", 1000),
                   Sheet("12a, iterations read as passes: 8,000 updates", "dcgan.smile2", 8000),
                   Sheet("12b, iterations read as updates: 20,000", "dcgan.smile2", 20000),
                   Sheet("12b, iterations read as passes: 160,000 updates", "dcgan.smile2", 160000),
                   Sheet("12a on the drawn faces, 1,000 updates", "dcgan.smileys", 1000),
                   Sheet("12a on the drawn faces, 8,000 updates", "dcgan.smileys", 8000),
                   Sheet("12b on the drawn faces, 20,000 updates", "dcgan.smileys", 20000),
                   Sheet("12b on the drawn faces, 160,000 updates", "dcgan.smileys", 160000)),
           note="A pass has 8 updates of 50 samples. The author's scripts save a sheet whenever "
                "their loop over passes has turned 1,000 times, so that the captions count passes; "
                "both readings are shown.",
           claims=("4a", "4b", "4c", "4d", "4e", "4f")),
    Figure("13", "Images of the DCGAN, MNIST", "10 × 10 images after 500 (a) and 5,000 (b) "
           "“iterations”.", "sheets",
           sheets=(Sheet("13a, iterations read as updates: 500", "dcgan.mnist", 500),
                   Sheet("13b, iterations read as updates: 5,000", "dcgan.mnist", 5000),
                   Sheet("13a, iterations read as passes: 117,000 updates", "dcgan.mnist", 117000),
                   Sheet("13b, iterations read as passes: 1,170,000 updates", "dcgan.mnist",
                         1170000)),
           note="A pass has 234 updates of 256 samples.",
           claims=("4a", "4b", "4c", "4d", "4e", "4f")),
)
