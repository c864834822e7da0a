"""The keywords as they are, read as every edition reads them."""

from app.civic.keywords import Keywords
from app.config import ROOT
from app.engine.edition import KEYWORDS
from app.engine.source import parse

FILE = ROOT / "flows" / KEYWORDS
WORDS = Keywords.model_validate(parse(KEYWORDS, FILE.read_text("utf-8")).data)
