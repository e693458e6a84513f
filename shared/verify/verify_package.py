#!/usr/bin/env python3
"""Kiểm tra một gói hồ sơ niêm phong (tệp ZIP), viết theo README.txt của gói.
Cách dùng: verify_package.py GÓI.zip [TỆP_KHÓA]
TỆP_KHÓA chứa khóa công khai nhận theo đường khác; không có thì dùng khóa trong gói. Mã thoát 1: có điều sai.
"""
import base64
import hashlib
import json
import sys
import zipfile

# Ed25519 (RFC 8032, mục 5.1), đủ để kiểm chữ ký.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT % P
    if y >= P or (x * x - x2) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(raw):
    n = int.from_bytes(raw, "little")
    y, sign = n & (2**255 - 1), n >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b, c, d = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0]), 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, p)
        p, n = add(p, p), n >> 1
    return out


def ed25519_ok(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    y = 4 * pow(5, P - 2, P) % P
    left, right = times(s, (recover_x(y, 0), y, 1, recover_x(y, 0) * y % P)), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def sha(data):
    return hashlib.sha256(data).hexdigest()


def lines(data):
    return data.split(b"\n")[:-1] if data.endswith(b"\n") or not data else ["dòng cuối bị cắt"]


OWN = ("ho-so.html", "ho-so.json", "history/events.jsonl", "history/related.jsonl", "history/texts.jsonl", "log/proofs.jsonl", "log/checkpoint.txt", "log/key.txt")


class Check:
    def __init__(self, path, key_file):
        self.wrong, self.events, self.last, self.summary = [], {}, (0, ""), {"chain": ""}
        archive = zipfile.ZipFile(path)
        base = archive.namelist()[0].split("/")[0] + "/"
        self.files = {}
        for name in archive.namelist():
            self.expect(name.startswith(base) and name[len(base):] not in self.files, "tệp lạ hoặc lặp: " + name)
            try:
                self.files[name[len(base):]] = archive.read(name)
            except (zipfile.BadZipFile, EOFError) as err:
                self.wrong.append("tệp hỏng: %s: %s" % (name, err))
        key_text = open(key_file, "rb").read() if key_file else self.files.get("data/log/key.txt", b"")
        self.keys = [line.split()[0] for line in key_text.decode().splitlines() if line.split()]

    def expect(self, ok, what):
        if not ok:
            self.wrong.append(what)

    def manifests(self):
        listed = {}
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            for line in lines(self.files[manifest]):
                digest, name = line.decode().split("  ", 1)
                listed[name] = digest
                self.expect(name in self.files and sha(self.files[name]) == digest, "sai mã băm: " + name)
        for name in self.files:
            self.expect(name in listed or name == "tagmanifest-sha256.txt" or name.startswith("seal/"), "không có trong danh mục: " + name)

    def history(self):
        self.summary = json.loads(self.files["data/ho-so.json"])
        chain, prev, seq = self.summary["chain"], "", 0
        for line in lines(self.files["data/history/events.jsonl"]):
            event, seq = json.loads(line), seq + 1
            self.expect((event["chain"], event["seq"], event["prev"]) == (chain, seq, prev), "chuỗi đứt ở #%d" % seq)
            prev = sha(line)
            self.events[chain, seq] = (line, event)
        self.last = (seq, prev)
        for line in lines(self.files["data/history/related.jsonl"]):
            event = json.loads(line)
            self.events[event["chain"], event["seq"]] = (line, event)
        self.expect(self.summary["format"] == "ho-so/1" and seq > 0, "sai dạng hoặc không có lịch sử")
        named = [f["path"] for f in self.summary["files"]] + ["data/" + n for n in OWN]
        self.expect(sorted(named) == sorted(n for n in self.files if n.startswith("data/")), "tóm tắt không nêu đúng các tệp")
        for f in self.summary["files"]:
            self.expect(f["path"] in self.files and sha(self.files[f["path"]]) == f["sha256"], "tóm tắt sai: " + f["path"])
            if "event" in f:
                line = self.events.get((f["event"]["chain"], f["event"]["seq"]), (b"",))[0]
                self.expect(b'"%s"' % f["sha256"].encode() in line, "sự kiện không nêu tệp " + f["path"])

    def texts(self):
        committed = {(e["chain"], c) for _, e in self.events.values() for c in e.get("texts", {}).values()}
        erased = {(e["chain"], c) for _, e in self.events.values() if e["type"] == "text.erased" for c in e["data"]["texts"]}
        opened = set()
        for line in lines(self.files["data/history/texts.jsonl"]):
            t = json.loads(line)
            self.expect(sha(bytes.fromhex(t["salt"]) + t["text"].encode()) == t["commitment"], "văn bản bị đổi")
            self.expect((t["chain"], t["commitment"]) in committed, "văn bản không được cam kết")
            opened.add((t["chain"], t["commitment"]))
        for chain, c in committed - opened - erased:
            self.expect(chain != self.summary["chain"], "thiếu văn bản " + c)

    def checkpoint(self, name):
        """Trả về (size, root) nếu có chữ ký đúng của một khóa được tin."""
        text, _, signatures = self.files[name].decode().partition("\n\n")
        text += "\n"
        origin, size, root, _ = text.split("\n", 3)
        for line in signatures.splitlines():
            _, key_name, blob = line.split(" ")
            blob = base64.b64decode(blob)
            for key in self.keys:
                known, number, public = key.split("+", 2)
                public = base64.b64decode(public)
                number_ok = hashlib.sha256(known.encode() + b"\n" + public).digest()[:4] == blob[:4] == bytes.fromhex(number)
                if key_name == known == origin and number_ok and public[0] == 1 and ed25519_ok(public[1:], text.encode(), blob[4:]):
                    return int(size), base64.b64decode(root)
        self.expect(False, "không có chữ ký đúng: " + name)
        return None

    def proofs(self, proofs, checkpoint, events):
        top, proved = self.checkpoint(checkpoint), set()
        for line in lines(self.files[proofs]) if top else []:
            p = json.loads(line)
            place = (p["chain"], p["seq"])
            self.expect(place in events and sha(events[place][0]) == p["hash"], "bằng chứng của sự kiện không có trong gói")
            fn, sn, r = p["index"], top[0] - 1, hashlib.sha256(b"\0" + bytes.fromhex(p["hash"])).digest()
            ok = 0 <= fn <= sn
            for step in p["path"]:
                step = bytes.fromhex(step)
                ok = ok and sn > 0
                if fn % 2 == 1 or fn == sn:
                    r = hashlib.sha256(b"\1" + step + r).digest()
                    while fn % 2 == 0 and fn != 0:
                        fn, sn = fn // 2, sn // 2
                else:
                    r = hashlib.sha256(b"\1" + r + step).digest()
                fn, sn = fn // 2, sn // 2
            self.expect(ok and sn == 0 and r == top[1], "bằng chứng sai: %s #%d" % place)
            self.expect(place not in proved, "hai bằng chứng: %s #%d" % place)
            proved.add(place)
        self.expect(proved == set(events), "không phải sự kiện nào cũng có bằng chứng: " + proofs)

    def seal(self):
        if not any(name.startswith("seal/") for name in self.files):
            return
        line = lines(self.files["seal/event.jsonl"])[0]
        event = json.loads(line)
        self.expect(event["chain"] == self.summary["chain"] and event["seq"] > self.last[0], "sự kiện niêm phong sai chỗ")
        self.expect(event["seq"] != self.last[0] + 1 or event["prev"] == self.last[1], "sự kiện niêm phong không nối")
        self.expect(b'"%s"' % sha(self.files["tagmanifest-sha256.txt"]).encode() in line, "niêm phong của gói khác")
        self.proofs("seal/proof.jsonl", "seal/checkpoint.txt", {(event["chain"], event["seq"]): (line, event)})


def main():
    check = Check(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    proofs = ("data/log/proofs.jsonl", "data/log/checkpoint.txt", check.events)
    for step in (check.manifests, check.history, check.texts, lambda: check.proofs(*proofs), check.seal):
        try:
            step()
        except (KeyError, ValueError, TypeError, IndexError) as err:
            check.wrong.append("không đọc được: %r" % err)
    for what in check.wrong:
        print("SAI:", what)
    print("%d tệp, %d sự kiện, %s" % (len(check.files), len(check.events), "có điều sai" if check.wrong else "mọi thứ đúng"))
    sys.exit(1 if check.wrong else 0)


if __name__ == "__main__":
    main()
