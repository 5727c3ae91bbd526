"""Another server, made of software that is not ours (bovine): it follows us, checks what arrives,
answers and takes its answer back. See docs/develop/federation.md.

    python elsewhere_bovine.py http://127.0.0.1:8000 NOTE
"""

import asyncio
import json
import sys

from aiohttp import web
from bovine import BovineActor
from bovine.activitystreams import factories_for_actor_object
from bovine.crypto import (
    CryptographicIdentifier,
    build_validate_http_signature_raw,
    generate_rsa_public_private_key,
)

HERE = "http://127.0.0.1:8306"
BEA = f"{HERE}/bea"
PUBLIC_PEM, PRIVATE_PEM = generate_rsa_public_private_key()
DOCUMENT = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
    "id": BEA,
    "type": "Person",
    "preferredUsername": "bea",
    "name": "Bea",
    "inbox": f"{BEA}/inbox",
    "outbox": f"{BEA}/outbox",
    "publicKey": {"id": f"{BEA}#main-key", "owner": BEA, "publicKeyPem": PUBLIC_PEM},
}
got = []
bea = BovineActor(actor_id=BEA, public_key_url=f"{BEA}#main-key", secret=PRIVATE_PEM)


async def show(request):
    return web.json_response(DOCUMENT, content_type="application/activity+json")


async def receive(request):
    """Nothing is believed that bovine cannot check against our published key."""
    body = await request.read()

    async def read():
        return body

    check = build_validate_http_signature_raw(key_of)
    headers = {name.lower(): value for name, value in request.headers.items()}
    signer = await check("post", f"{HERE}{request.path}", headers, read)
    said = json.loads(body)
    got.append((said["type"], signer == said["actor"]))
    print("got", said["type"], "signed by", signer)
    return web.Response(status=202 if signer == said["actor"] else 401)


async def key_of(key_id):
    document = await bea.get(key_id.partition("#")[0])
    key = document["publicKey"]
    return CryptographicIdentifier.from_pem(key["publicKeyPem"], key["owner"])


async def until(kind):
    for _second in range(90):
        if (kind, True) in got:
            return
        await asyncio.sleep(1)
    raise SystemExit(f"no {kind} arrived: {got}")


async def main(us, note):
    app = web.Application()
    app.add_routes([web.get("/bea", show), web.post("/bea/inbox", receive)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 8306).start()
    await bea.init()
    actor = await bea.get(f"{us}/actors/community/")
    activities, objects = factories_for_actor_object(DOCUMENT)

    follow = activities.follow(actor["id"], id=f"{HERE}/follow").build()
    await bea.post(actor["inbox"], follow)
    await until("Accept")
    said = objects.note(content="<p>We asked our neighbours.</p>", id=f"{HERE}/notes/1").as_public()
    answer = said.build() | {"inReplyTo": note}
    create = activities.create(answer, id=f"{HERE}/create").as_public().build()
    await bea.post(actor["endpoints"]["sharedInbox"], create)
    print("answered", note)
    question = "Look at the moderators' desk, change something public, then press Enter. "
    await asyncio.to_thread(input, question)
    delete = activities.delete(f"{HERE}/notes/1", id=f"{HERE}/delete").as_public().build()
    await bea.post(actor["inbox"], delete)
    print("took the answer back; arrived:", [kind for kind, _is_true in got])
    await bea.session.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
