/* Commands from elsewhere. */
#include "compiler/request/foreign_commands.h"

#define OF_EXECUTABLE(command)                                                 \
    "a command of the executable: guss build MODEL.nn SCHEDULE.yaml -o x, "    \
    "then ./x " command " --help"

static const char of_language[] =
    "write a .nn file, as 'man guss-language' tells";

static const struct hint commands[] = {
    {"predict", .text = OF_EXECUTABLE("predict")},
    {"evaluate", .text = OF_EXECUTABLE("evaluate")},
    {"reconstruct", .text = OF_EXECUTABLE("reconstruct")},
    {"generate", .text = OF_EXECUTABLE("generate")},
    {"interpolate", .text = OF_EXECUTABLE("interpolate")},
    {"nearest", .text = OF_EXECUTABLE("nearest")},
    {"bench", .text = OF_EXECUTABLE("bench")},
    {"benchmark", .text = OF_EXECUTABLE("bench")},
    {"test", .text = OF_EXECUTABLE("evaluate")},
    {"eval", .text = OF_EXECUTABLE("evaluate")},
    {"infer", .text = OF_EXECUTABLE("predict")},
    {"inference", .text = OF_EXECUTABLE("predict")},
    {"classify", .text = OF_EXECUTABLE("predict")},
    {"detect", .text = OF_EXECUTABLE("predict")},
    {"sample", .text = OF_EXECUTABLE("generate")},
    {"run", .text = "guss train MODEL.nn SCHEDULE.yaml trains; guss build "
                    "makes an executable, which does the rest"},
    {"fit", .own = "train"},
    {"learn", .own = "train"},
    {"resume", .text = "write guss train --resume RUN"},
    {"compile", .own = "build"},
    {"make", .own = "build"},
    {"link", .own = "build"},
    {"codegen", .own = "emit"},
    {"export", .text = "guss emit writes the C, guss build the executable; "
                       "weights are safetensors already"},
    {"convert", .text = "weights are safetensors, which other tools read"},
    {"lint", .own = "check"},
    {"validate", .own = "check"},
    {"parse", .own = "check"},
    {"format", .own = "fmt"},
    {"plot", .own = "graph"},
    {"draw", .own = "graph"},
    {"dot", .own = "graph"},
    {"viz", .own = "graph"},
    {"visualize", .own = "graph"},
    {"info", .own = "summary"},
    {"describe", .own = "summary"},
    {"print", .own = "summary"},
    {"params", .own = "summary"},
    {"compare", .own = "diff"},
    {"download", .own = "data fetch"},
    {"fetch", .own = "data fetch"},
    {"show", .own = "data show"},
    {"view", .own = "data show"},
    {"init", .text = of_language},
    {"new", .text = of_language},
    {"create", .text = of_language},
    {"version", .text = "write guss --version"},
};

struct hints foreign_commands(void)
{
    return (struct hints){commands, sizeof commands / sizeof *commands,
                          "a command"};
}
