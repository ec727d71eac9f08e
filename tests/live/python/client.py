"""What a client does with the reference server, step by step; prints what it got, by step."""

import base64
import json
import sys
import time

import requests

BASE, ORG, KB = sys.argv[1:]
PASSWORD = "correct horse battery staple"
got = {}


def claims(token):
    """The second part of a token, unverified: a client only wants to know when it ends."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def login(email, password=PASSWORD):
    return requests.post(BASE + "/auth/login", json={"email": email, "password": password})


tokens = login("owner@acme.test").json()
payload = claims(tokens["access_token"])
got["token"] = {"id": payload["id"], "left": payload["exp"] - time.time() > 600}

client = requests.Session()
client.headers["Authorization"] = "Bearer " + tokens["access_token"]

me = client.get(BASE + "/users/me").json()
got["roles"] = me.get("roles")
organizations = client.get(BASE + "/users/me/organizations").json()["items"]
got["organizations"] = [[one["id"], one["role"], one["status"]] for one in organizations]

expired = requests.get(BASE + "/users/me", headers={"Authorization": "Bearer x.y.z"})
got["refused"] = [expired.status_code, expired.json()["code"], expired.headers["WWW-Authenticate"]]
refreshed = requests.post(BASE + "/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
client.headers["Authorization"] = "Bearer " + refreshed.json()["access_token"]
got["refreshed"] = client.get(BASE + "/users/me").status_code
again = requests.post(BASE + "/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
got["reused"] = [again.status_code, again.json()["code"]]

upload = client.post(
    f"{BASE}/api/v1/kbs/{KB}/documents",
    params={"org_id": ORG},
    files={"file": ("notes.md", b"# Notes", "text/markdown")},
)
got["uploaded"] = upload.status_code
image = client.post(
    f"{BASE}/api/v1/kbs/{KB}/documents",
    params={"org_id": ORG},
    files={"file": ("notes.png", b"x", "image/png")},
)
got["image"] = [image.status_code, image.json()["code"]]

invalid = client.post(BASE + "/api/v1/kbs", params={"org_id": ORG}, json={"nmae": "Recipes"})
got["invalid"] = sorted([one["pointer"], one["code"]] for one in invalid.json()["errors"])

problem = client.get(BASE + "/debug/error").json()
got["traceback"] = {
    "status": problem["status"],
    "message": problem.get("error_message"),
    "frames": [sorted(frame) for frame in problem.get("traceback", [])[:1]],
    "own": [frame["filename"] for frame in problem.get("traceback", []) if frame.get("own")][:1],
}

# Last, since it spends the quota.
for _ in range(50):
    answer = client.get(BASE + "/users/me")
    if answer.status_code == 429:
        break
wait = int(answer.headers["Retry-After"])
got["limited"] = [answer.status_code, answer.json()["code"], answer.json()["retry_after"] == wait]
time.sleep(wait)
got["after_the_wait"] = client.get(BASE + "/users/me").status_code

print(json.dumps(got))
