/* Commands from elsewhere. */
#include "trainer/command/foreign_commands.h"

static const char of_guss[] = "a command of guss, which made this executable";

static const struct hint commands[] = {
    {"fit", .own = "train"},
    {"learn", .own = "train"},
    {"resume", .text = "write train --resume RUN"},
    {"test", .own = "evaluate"},
    {"eval", .own = "evaluate"},
    {"score", .own = "evaluate"},
    {"validate", .own = "evaluate"},
    {"run", .own = "predict"},
    {"infer", .own = "predict"},
    {"inference", .own = "predict"},
    {"classify", .own = "predict"},
    {"detect", .own = "predict"},
    {"forward", .own = "predict"},
    {"encode",
     .text = "predict --layer L writes what a layer makes of samples"},
    {"decode", .text = "predict --from L begins with what a layer made"},
    {"sample", .own = "generate"},
    {"synthesize", .own = "generate"},
    {"draw", .own = "generate"},
    {"benchmark", .own = "bench"},
    {"time", .own = "bench"},
    {"info", .own = "summary"},
    {"describe", .own = "summary"},
    {"check", .text = of_guss},
    {"build", .text = of_guss},
    {"emit", .text = of_guss},
    {"fmt", .text = of_guss},
    {"graph", .text = of_guss},
    {"diff", .text = of_guss},
    {"data", .text = of_guss},
    {"help", .text = "write --help"},
    {"version", .text = "write --version"},
};

struct hints executable_foreign_commands(void)
{
    return (struct hints){commands, sizeof commands / sizeof *commands,
                          "a command"};
}
