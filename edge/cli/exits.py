"""The exit codes of `ngatu`; 1 is also what Python itself ends with after a mistake of ours."""

OK = 0
NOT_FIT = 1
BAD_INPUT = 2
UNSENT = 3
NOT_KEPT = 4
INTERRUPTED = 130

OF_WATCH = "\n\n".join(
    (
        "Exit codes, the gravest first:",
        f" {NOT_KEPT} the disk was full or failed: not everything could be kept",
        f" {BAD_INPUT} something given cannot be used, or the source failed on the way",
        f" {UNSENT} all is kept, but something waits for the centre: `ngatu send` delivers it",
        f" {INTERRUPTED} stopped by Ctrl-C, all is delivered",
        f" {OK} the source ended or SIGTERM stopped the watch, all is delivered",
    )
)

OF_VERIFY = "\n\n".join(
    (
        "Exit codes:",
        f" {OK} nothing differs from what was made; whether a device signed it is said",
        f" {NOT_FIT} something differs, is missing, or is signed by another key",
        f" {BAD_INPUT} something given is no evidence, no key, or cannot be read",
    )
)
