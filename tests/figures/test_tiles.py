"""Blocks of panels lie apart."""

from aegan.figures.tiles import Tiling, make_tiles


def test_tiles_lie_inside_the_figure_and_apart():
    figure, (first, second) = make_tiles([("a", 3), ("b", 1)], Tiling(2), top=0.3)
    boxes = [axes.get_position() for axes in (*first, *second)]
    assert len(boxes) == 4
    assert all(0 < box.x0 < box.x1 < 1 and 0 < box.y0 < box.y1 < 1 for box in boxes)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert [text.get_text() for text in figure.texts] == ["a", "b"]


def test_panels_of_a_block_may_have_a_height_of_their_own():
    figure, blocks = make_tiles([("a", 3), ("b", 1)], Tiling(2, head=0.5, foot=0.5), top=0.3, heights=[2.0, 1.0])
    assert figure.get_figheight() == 0.3 + 2 * 0.5 + 2 * (2.0 + 0.5) + 1.0 + 0.5
    tall = [round(axes.get_position().height * figure.get_figheight(), 6) for block in blocks for axes in block]
    assert tall == [2.0, 2.0, 2.0, 1.0]
    assert blocks[1][0].get_position().y0 > 0


def test_a_title_that_is_too_long_for_a_narrow_figure_is_wrapped():
    title = "digits · " + "relative error of the rounded gradient " * 3
    figure, ((axes,),) = make_tiles([(title, 1)], Tiling(1, width=5.0), top=0.3)
    (text,) = figure.texts
    assert figure.get_figwidth() == 5.0
    assert text.get_text().split() == title.split()
    assert max(map(len, text.get_text().split("\n"))) <= 5.0 / 0.085
    bottom = text.get_position()[1] * figure.get_figheight() - 0.17 * len(text.get_text().split("\n"))
    assert axes.get_position().y1 * figure.get_figheight() < bottom


def test_a_note_stands_below_the_panels():
    plain, _ = make_tiles([("a", 1)], Tiling(1), top=0.3)
    figure, ((axes,),) = make_tiles([("a", 1)], Tiling(1), top=0.3, note="Left out: nothing can be seen. " * 9)
    assert [text.get_text() for text in plain.texts] == ["a"]
    note = figure.texts[-1]
    assert note.get_text().count("\n") == 1
    assert figure.get_figheight() > plain.get_figheight()
    figure.draw_without_rendering()
    box = note.get_window_extent().transformed(figure.transFigure.inverted())
    assert 0 < box.y0 < box.y1 < axes.get_position().y0
