# The three forms of a page: HTML, PDF, and its numbers as a workbook.
from .html import (
    fragment as fragment,
    preview as preview,
    style as style,
    template as template,
)
from .labels import (
    EDGE as EDGE,
    Label as Label,
    place_words as place_words,
    words_beside as words_beside,
    words_centred as words_centred,
)
from .numbers import ArmNumbers as ArmNumbers, MeasureNumbers as MeasureNumbers, WaveNumbers as WaveNumbers
from .pdf import PdfError as PdfError, print_pdf as print_pdf

# What a page is made of: a safe output and its pieces.
from .pieces import (
    FITS_A_TELEPHONE as FITS_A_TELEPHONE,
    Card as Card,
    Cards as Cards,
    Catalogue as Catalogue,
    Claim as Claim,
    Column as Column,
    Details as Details,
    Entry as Entry,
    Facet as Facet,
    Facts as Facts,
    Figure as Figure,
    Glance as Glance,
    GlanceRow as GlanceRow,
    Heading as Heading,
    Inner as Inner,
    Lead as Lead,
    Link as Link,
    Listing as Listing,
    Picture as Picture,
    Piece as Piece,
    Sentence as Sentence,
    Shelf as Shelf,
    Sign as Sign,
    Steps as Steps,
    Table as Table,
    Text as Text,
    Tile as Tile,
    Tiles as Tiles,
    Title as Title,
    Verdict as Verdict,
    Words as Words,
    picture as picture,
    plain_words as plain_words,
    table as table,
)
from .safe_outputs import MIME as MIME, SafeOutput as SafeOutput, safe_output as safe_output

# Pictures: a sheet, its colours, and what is drawn on it.
from .sheet import (
    BAND as BAND,
    DARK_BLUE as DARK_BLUE,
    GREY as GREY,
    INK as INK,
    LIGHT_BLUE as LIGHT_BLUE,
    MIDDLE_BLUE as MIDDLE_BLUE,
    NARROW as NARROW,
    PINK as PINK,
    SYNTHETIC as SYNTHETIC,
    SYNTHETIC_SIZE as SYNTHETIC_SIZE,
    WHITE as WHITE,
    WIDE as WIDE,
    Box as Box,
    Format as Format,
    Sheet as Sheet,
    parts_of as parts_of,
    png_from as png_from,
    sheet_of as sheet_of,
)
from .spreadsheet import write_spreadsheet as write_spreadsheet
from .text_width import (
    drawable as drawable,
    evenly_wrapped as evenly_wrapped,
    width_of as width_of,
    wrapped as wrapped,
)
