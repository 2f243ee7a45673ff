from .definition import (
    NAME as NAME,
    Better as Better,
    Contrast as Contrast,
    MinimalImportantChange as MinimalImportantChange,
    Text as Text,
    TextOrNone as TextOrNone,
)
from .display import SCORING as SCORING, answers_of as answers_of, missing_of as missing_of
from .instrument import Instrument as Instrument
from .library import load_instrument as load_instrument, shipped_instruments as shipped_instruments
from .published import Yardstick as Yardstick, yardsticks as yardsticks
from .wording import (
    WordingMatch as WordingMatch,
    answer_meant as answer_meant,
    normalised_wording as normalised_wording,
    published_wording as published_wording,
    questions_asked as questions_asked,
)
