"""A font with Chinese characters for matplotlib: without one it draws empty boxes.

Noto Sans SC comes with the extra `notebooks` (`pip install '.[notebooks]'`), so that a fresh machine has one, too.
"""

from importlib import import_module

from ontology.errors import WrongUse

INSTALLED = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
)
_PACKAGE = "pylopdf_fonts_zh_cn"


def use_chinese_font() -> str:
    """Let matplotlib write Chinese from now on; return the font's name.

    The font of the package comes first, so that pictures are the same everywhere, then those that systems have. Raises
    WrongUse where there is none of them.
    """
    from matplotlib import font_manager, rcParams  # noqa: PLC0415 (the program itself does without)

    try:
        path = import_module(_PACKAGE).sans_path()
    except ImportError:
        known = {font.name for font in font_manager.fontManager.ttflist}
        name = next((name for name in INSTALLED if name in known), "")
    else:
        font_manager.fontManager.addfont(path)
        name = font_manager.FontProperties(fname=path).get_name()
    if not name:
        raise WrongUse("no Chinese font here; `pip install pylopdf-fonts-zh-cn` brings Noto Sans SC")
    rcParams["font.sans-serif"] = [name, *rcParams["font.sans-serif"]]
    rcParams["font.family"] = "sans-serif"
    rcParams["axes.unicode_minus"] = False
    return str(name)
