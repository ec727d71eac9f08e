"""Keys and tokens by PyJWT: a list of tasks on stdin, a list of results on stdout."""

import base64
import json
import sys

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

PRIVATE = (
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)
PUBLIC = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def generated(algorithm):
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "ES384":
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key(task):
    made = generated(task["alg"])
    public = made.public_key().public_bytes(*PUBLIC)
    return {"private": made.private_bytes(*PRIVATE).decode(), "public": public.decode()}


def sign(task):
    return jwt.encode(task["claims"], task["key"], algorithm=task["alg"], headers=task["header"])


def unsigned(task):
    return jwt.encode(task["claims"], None, algorithm="none", headers=task["header"])


def unencoded(task):
    """RFC 7797: the signature is over a payload as it stands, and this one stands like any other."""
    claims = json.dumps(task["claims"]).encode()
    payload = base64.urlsafe_b64encode(claims).rstrip(b"=")
    header = {**task["header"], "b64": False}
    detached = jwt.api_jws.encode(payload, task["key"], algorithm=task["alg"], headers=header)
    head, _, signature = detached.split(".")
    return f"{head}.{payload.decode()}.{signature}"


def verify(task):
    return jwt.decode(
        task["token"],
        task["key"],
        algorithms=[task["alg"]],
        audience=task["aud"],
        issuer=task["iss"],
        options={"require": ["exp", "iat", "jti", "iss", "aud"]},
    )


WAYS = {way.__name__: way for way in (key, sign, unsigned, unencoded, verify)}

json.dump([WAYS[task["do"]](task) for task in json.load(sys.stdin)], sys.stdout)
