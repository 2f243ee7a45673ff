from .definition import (
    NAME as NAME,
    Better as Better,
    MinimalImportantChange as MinimalImportantChange,
    Text as Text,
    TextOrNone as TextOrNone,
)
from .instrument import Instrument as Instrument
from .library import load_instrument as load_instrument, shipped_instruments as shipped_instruments
from .published import Yardstick as Yardstick, yardsticks as yardsticks
