"""Usage: mirror.py FOLDER PORT_FILE [CERTIFICATE]

A server on 127.0.0.1 with one way to go wrong for each first word of a path,
before the name of a file in FOLDER; its port is written to PORT_FILE. With a
certificate (and its key, in one file) it speaks https.

  /good/X   the file               /short/X  the first half
  /cut/X    the length of all, the first half, then the end
  /long/X   twice, without a length
  /wrong/X  as long, but other bytes
  /slow/X   the first half, then nothing
  /deaf/X   nothing at all
  /hops/N/X N redirections, then the file
  /file/X   a redirection to file:, /plain/X one to http
"""
import http.server
import os
import ssl
import sys
import time

folder, port_file = os.path.abspath(sys.argv[1]), sys.argv[2]


class Mirror(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def start(self, status, length=None, location=None):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def redirect(self, location):
        self.start(302, 0, location)

    def send(self, length, data):
        self.start(200, length)
        self.wfile.write(data)
        self.wfile.flush()

    def do_GET(self):
        word, rest = self.path.strip("/").split("/", 1)
        path = os.path.join(folder, os.path.basename(rest))
        if word == "hops":
            left, name = rest.split("/", 1)
            more = f"/hops/{int(left) - 1}/{name}" if int(left) > 1 else None
            return self.redirect(more or f"/good/{name}")
        if word == "file":
            return self.redirect("file://" + path)
        if word == "plain":
            return self.redirect("http://127.0.0.1:1/" + rest)
        if word == "missing" or not os.path.exists(path):
            return self.start(404, 0)
        with open(path, "rb") as file:
            data = file.read()
        half = data[: len(data) // 2]
        if word == "deaf":
            time.sleep(60)
        elif word == "slow":
            self.send(len(data), half)
            time.sleep(60)
        elif word == "wrong":
            self.send(len(data), bytes(byte ^ 1 for byte in data))
        elif word == "short":
            self.send(len(half), half)
        elif word == "cut":
            self.send(len(data), half)
        elif word == "long":
            self.send(None, data + data)
        else:
            self.send(len(data), data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that hung up is what is tested


server = Server(("127.0.0.1", 0), Mirror)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(port_file + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
