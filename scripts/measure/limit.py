"""The limit of a hop: a bare Flask route that reads and writes one key of Redis per request, and knows nothing."""

import os

from flask import Flask, Response, request
from redis import Redis

SIZE = b"x" * 1500


def create_app() -> Flask:
    """The same two calls to Redis as a hop, the same server, nothing else."""
    app = Flask(__name__)
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)

    @app.post("/hop")
    def hop() -> Response:
        key = f"limit:{request.form['sessionId']}"
        seen = redis.get(key)
        redis.setex(key, 900, SIZE)
        return Response(f"CON {len(seen) if isinstance(seen, bytes) else 0}", mimetype="text/plain")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app
