"""An example of an application with three databases: it keeps notes, each in all of them, so that one can see that none
loses anything. Put yours in its place; the deploy needs only GET /health, which answers "healthy" and the version.

    PUT /notes/NAME    keeps the text in PostgreSQL, MongoDB and Redis
    GET /notes/NAME    what each of them has
"""
import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import pymongo
import redis

VERSION = os.environ.get("VERSION", "unknown")


class Postgres:
    def connect(self):  # a connection for each request: one that broke is no matter
        return psycopg2.connect(host="postgres", user=os.environ["POSTGRE_DB_USERNAME"],
                                password=os.environ["POSTGRE_DB_PASSWORD"],
                                dbname=os.environ["POSTGRE_DB_DATABASE"], connect_timeout=3)

    def execute(self, statement, *values):
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchone() if cursor.description else None
        finally:
            connection.close()

    def prepare(self):
        self.execute("CREATE TABLE IF NOT EXISTS notes (name text PRIMARY KEY, body text NOT NULL)")

    def put(self, name, text):
        self.execute("INSERT INTO notes VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET body = excluded.body", name, text)

    def get(self, name):
        row = self.execute("SELECT body FROM notes WHERE name = %s", name)
        return row and row[0]


class Mongo:
    def __init__(self):
        self.notes = pymongo.MongoClient("mongodb://mongo:27017", serverSelectionTimeoutMS=3000).notes.notes

    def prepare(self):
        self.notes.database.client.admin.command("ping")

    def put(self, name, text):
        self.notes.replace_one({"_id": name}, {"_id": name, "body": text}, upsert=True)

    def get(self, name):
        document = self.notes.find_one({"_id": name})
        return document and document["body"]


class Redis:
    def __init__(self):
        self.client = redis.Redis(host="redis", socket_timeout=3, decode_responses=True)

    def prepare(self):
        self.client.ping()

    def put(self, name, text):
        self.client.set(f"note:{name}", text)

    def get(self, name):
        return self.client.get(f"note:{name}")


STORES = {"postgres": Postgres(), "mongo": Mongo(), "redis": Redis()}
ERRORS = (psycopg2.Error, pymongo.errors.PyMongoError, redis.RedisError)


def wait_for_stores(tries=60):
    """Compose starts the databases first, but does not wait until they take connections: trying again is up to us."""
    for name, store in STORES.items():
        for left in reversed(range(tries)):
            try:
                store.prepare()
                break
            except ERRORS as error:
                if left == 0:
                    sys.exit(f"{name} does not answer: {error}")
                print(f"waiting for {name}: {error}".splitlines()[0], flush=True)
                time.sleep(1)


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, text):
        data = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def health(self):
        for store in STORES.values():
            store.prepare()
        self.answer(200, f"healthy {VERSION}")

    def note(self):
        name = self.path.removeprefix("/notes/")
        if self.command == "PUT":
            text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            for store in STORES.values():
                store.put(name, text)
        self.answer(200, json.dumps({kind: store.get(name) for kind, store in STORES.items()}))

    def do_GET(self):
        try:
            if self.path == "/health":
                self.health()
            elif self.path.startswith("/notes/"):
                self.note()
            else:
                self.answer(404, "there are /health and /notes/NAME")
        except ERRORS as error:
            self.answer(503, str(error).splitlines()[0])

    do_PUT = do_GET


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the first process of a container ignores it otherwise
wait_for_stores()
print(f"version {VERSION} is ready", flush=True)
ThreadingHTTPServer(("", 8080), Handler).serve_forever()
