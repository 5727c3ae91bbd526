// Another server, made of software that is not ours (@fedify/fedify): it follows us, keeps what
// arrives, answers, changes and deletes its answer. See docs/develop/federation.md.
import { createServer } from "node:http";
import { Temporal } from "@js-temporal/polyfill";
import {
  Announce, Create, Delete, Endpoints, Follow, MemoryKvStore, Note, Person, PUBLIC_COLLECTION,
  Accept, Tombstone, Undo, Update, createFederation, exportJwk, generateCryptoKeyPair, importJwk,
} from "@fedify/fedify";

const port = Number(process.env.PORT ?? 8305);
const here = `http://127.0.0.1:${port}`;
const us = process.argv[2] ?? "http://127.0.0.1:8000";
const got = [];
const pairs = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5")];
const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true });

federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    const keys = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Wanda",
      inbox: context.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      url: new URL(`${here}/users/${identifier}`),
      publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(() => pairs);

const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const kind of [Accept, Create, Update, Delete, Announce]) {
  inbox.on(kind, async (context, activity) => {
    const about = await activity.getObject(context).catch((error) => null);
    const words = about instanceof Note ? String(about.content).replace(/<[^>]*>/g, " ") : "";
    got.push(`${kind.name} ${activity.objectId ?? about?.id ?? ""} ${words}`.trim());
    console.log("got", got.at(-1));
  });
}

const wanda = { identifier: "wanda" };

function note(context, number, to, content) {
  return new Note({
    id: new URL(`${here}/notes/${number}`),
    attribution: context.getActorUri("wanda"),
    to: PUBLIC_COLLECTION,
    replyTarget: new URL(to),
    content,
    published: Temporal.Now.instant(),
  });
}

async function say(context, verb, query) {
  const actor = context.getActorUri("wanda");
  const community = await context.lookupObject(`${us}/actors/community/`);
  const id = new URL(`${here}/activities/${verb}-${Date.now()}`);
  const to = query.get("to"), number = query.get("number") ?? "1";
  const about = new URL(`${here}/notes/${number}`);
  const said = {
    follow: () => new Follow({ id, actor, object: community.id }),
    unfollow: () => new Undo({ id, actor, object: new Follow({ id: new URL(`${id}-x`), actor, object: community.id }) }),
    answer: () => new Create({ id, actor, to: PUBLIC_COLLECTION, object: note(context, number, to, query.get("words")) }),
    change: () => new Update({ id, actor, to: PUBLIC_COLLECTION, object: note(context, number, to, query.get("words")) }),
    delete: () => new Delete({ id, actor, to: PUBLIC_COLLECTION, object: new Tombstone({ id: about }) }),
  }[verb]();
  await context.sendActivity(wanda, community, said, { immediate: true });
  return `sent ${verb} to ${community.name} (${community.preferredUsername})`;
}

createServer(async (request, response) => {
  const body = await new Promise((done) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => done(Buffer.concat(chunks)));
  });
  const url = new URL(request.url, here);
  const hasBody = !["GET", "HEAD"].includes(request.method);
  const asked = new Request(url, {
    method: request.method, headers: request.headers, body: hasBody ? body : undefined,
  });
  try {
    if (url.pathname === "/got") return response.end(got.join("\n") + "\n");
    if (url.pathname === "/lookup") {
      const found = await federation.createContext(asked).lookupObject(url.searchParams.get("what"));
      const json = found && await found.toJsonLd({ format: "compact" });
      return response.end(JSON.stringify(json, null, 1) + "\n");
    }
    if (url.pathname.startsWith("/say/")) {
      const context = federation.createContext(asked);
      return response.end(`${await say(context, url.pathname.slice(5), url.searchParams)}\n`);
    }
    const answer = await federation.fetch(asked, { contextData: undefined });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch (error) {
    response.writeHead(500).end(`${error.stack}\n`);
  }
}).listen(port, "127.0.0.1", () => console.log(`Wanda lives at ${here}/users/wanda`));
