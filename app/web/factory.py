"""The web application, made when it is asked for."""

from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, url_for

from app.config import read_settings
from app.web import callbacks, errors, health, protection, site
from app.web.access import Access, access, keep_gate, keepers
from app.web.doors import Doors
from app.web.figures import Figures
from app.web.public import routes as public
from app.web.simulator import routes as simulator
from app.wiring import Services, wire

STATIC = Path(__file__).parent / "static"
KEPT = f"public, max-age={365 * 24 * 3600}, immutable"


def create_app(services: Services | None = None) -> Flask:
    """The application of these services, by default those of the environment. Raises ConfigFault."""
    joined = services or wire(read_settings())
    figures = Figures()
    doors = Doors(joined, figures)
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the order of the contract is the order people read
    protection.check_host(app, joined.settings)
    keep_gate(app, keepers(joined.settings, figures))
    protection.limit_body(app)
    protection.add_headers(app, joined.settings)
    errors.handle(app, figures)
    add_static(app)
    site.add(app, joined)
    app.register_blueprint(callbacks.routes(doors))
    app.register_blueprint(health.routes(joined, figures))
    app.register_blueprint(public.routes(joined))
    app.register_blueprint(simulator.routes(joined, doors))
    return app


def add_static(app: Flask) -> None:
    """Style and scripts, held in memory, under addresses that change with them, so that they may be kept for ever."""
    files = {path.name: path.read_bytes() for path in STATIC.iterdir()}

    @app.get("/static/<path:filename>")
    @access(Access.PUBLIC)
    def static(filename: str) -> Response:
        """A file of ours."""
        if filename not in files:
            abort(404)
        return Response(files[filename], mimetype=guess_type(filename)[0], headers={"Cache-Control": KEPT})

    @app.template_global()
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=sha256(files[name]).hexdigest()[:12])
