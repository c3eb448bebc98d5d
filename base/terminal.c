/* Terminals: asked through the environment and TIOCGWINSZ. */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_is_smart(int fd)
{
    const char *kind = getenv("TERM");
    return isatty(fd) && kind && kind[0] && strcmp(kind, "dumb") != 0;
}

bool terminal_wants_colour(enum colour_choice choice, int fd)
{
    if (choice != COLOUR_AUTO)
        return choice == COLOUR_ALWAYS;
    const char *refused = getenv("NO_COLOR");
    return !(refused && refused[0]) && terminal_is_smart(fd);
}

int terminal_width(int fd)
{
#if defined(TIOCGWINSZ)
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
#endif
    return 80;
}
