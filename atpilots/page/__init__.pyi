# Pictures: a canvas, its colours, and what is drawn on it.
from .canvas import (
    MARGIN as MARGIN,
    MIDDLE_BLUE as MIDDLE_BLUE,
    WHITE_BOX as WHITE_BOX,
    axis_limits as axis_limits,
    canvas_of as canvas_of,
    change_tick_label as change_tick_label,
    change_ticks as change_ticks,
    draw_interval as draw_interval,
    figure_of as figure_of,
    keep_axis_below as keep_axis_below,
    label_at as label_at,
    label_at_left as label_at_left,
    scale_ticks as scale_ticks,
    size_of as size_of,
    tick_label as tick_label,
)

# The three forms of a page: HTML, PDF, and its numbers as a workbook.
from .html import (
    MARKDOWN_TAGS as MARKDOWN_TAGS,
    cleaned as cleaned,
    fragment as fragment,
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
from .pdf import PdfError as PdfError, print_pdf as print_pdf

# What a page is made of: a safe output and its pieces.
from .pieces import (
    MIME as MIME,
    Card as Card,
    Cards as Cards,
    Column as Column,
    Facts as Facts,
    Figure as Figure,
    Heading as Heading,
    Link as Link,
    Listing as Listing,
    MeasureNumbers as MeasureNumbers,
    Picture as Picture,
    Piece as Piece,
    SafeOutput as SafeOutput,
    Table as Table,
    Text as Text,
    Title as Title,
    Words as Words,
    picture as picture,
    safe_output as safe_output,
    table as table,
)
from .sheet import (
    BAND as BAND,
    DARK_BLUE as DARK_BLUE,
    GREY as GREY,
    INK as INK,
    LIGHT_BLUE as LIGHT_BLUE,
    NARROW as NARROW,
    PINK as PINK,
    SYNTHETIC as SYNTHETIC,
    SYNTHETIC_SIZE as SYNTHETIC_SIZE,
    WHITE as WHITE,
    WIDE as WIDE,
    Box as Box,
    Format as Format,
    Sheet as Sheet,
    Side as Side,
    parts_of as parts_of,
    png_from as png_from,
    sheet_of as sheet_of,
)
from .spreadsheet import write_spreadsheet as write_spreadsheet
from .text_width import (
    LINE as LINE,
    WIDTH as WIDTH,
    drawable as drawable,
    evenly_wrapped as evenly_wrapped,
    width_of as width_of,
    wrapped as wrapped,
)
