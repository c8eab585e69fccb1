"""Notes on cells: their texts (ECMA-376, part 1, 18.7) and the boxes that show them (VML, part 4, 19)."""

from typing import IO

from sync.scratch import scratch_file
from sync.xlsx.columns import letters_at
from sync.xlsx.writing.cells import cut, escaped

NOTES = 5_000  # with more of them programs take long to open the sheet
_BLOCK = 1_024  # shapes that share a number in a drawing

COMMENTS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<authors><author>campfire-sync</author></authors><commentList>"
)
COMMENTS_TAIL = "</commentList></comments>"
_SHAPES_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPES_TAIL = "</xml>"
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;width:240pt;height:{height}pt;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The notes of one sheet."""

    def __init__(self) -> None:
        self.comments: IO[bytes] = scratch_file()
        self.shapes: IO[bytes] = scratch_file()
        self.count = 0
        self.left_out = 0

    def add(self, column: int, row: int, text: str) -> None:
        """A note on the cell in this column (from 0) and this row of the sheet (from 1)."""
        if self.count >= NOTES:
            self.left_out += 1
            return
        self.count += 1
        inner = escaped(cut(text))
        comment = (
            f'<comment ref="{letters_at(column)}{row}" authorId="0"><text>'
            f'<r><rPr><sz val="9"/><rFont val="Tahoma"/></rPr><t xml:space="preserve">{inner}</t></r></text></comment>'
        )
        self.comments.write(comment.encode())
        self.shapes.write(self._shape(column, row, len(text)).encode())

    def _shape(self, column: int, row: int, size: int) -> str:
        lines = min(3 + size // 45, 16)
        return _SHAPE.format(
            id=_BLOCK + self.count,
            height=lines * 13,
            left=column + 1,
            top=row - 1,
            right=column + 4,
            bottom=row - 1 + lines,
            row=row - 1,
            column=column,
        )

    def shapes_head(self) -> str:
        """The start of the part with the shapes."""
        blocks = range(1, 2 + (self.count + 1) // _BLOCK)
        return _SHAPES_HEAD.format(blocks=",".join(map(str, blocks)))

    def parts(self) -> list[tuple[str, IO[bytes], str]]:
        """Head, middle and tail of the two parts, the comments' first."""
        return [
            (COMMENTS_HEAD, self.comments, COMMENTS_TAIL),
            (self.shapes_head(), self.shapes, _SHAPES_TAIL),
        ]

    def close(self) -> None:
        """Delete the files."""
        self.comments.close()
        self.shapes.close()
