"""The sections, by the letters that `--only` takes."""

import large
import sections

SECTIONS = {
    "a": sections.reading,
    "b": sections.writing,
    "k": sections.preceding,
    "c": sections.sending,
    "d": sections.paced,
    "e": sections.starting,
    "f": sections.growing,
    "g": sections.counting,
    "h": sections.remembering,
    "i": large.checking_a_million,
    "j": large.journal,
}
LONG = {"p": large.previewing_a_million, "s": large.sending_a_million}  # not measured unless it is asked for
