// Asks Perfetto's trace processor what it finds in traces. See scripts/trace-test.
import fs from "node:fs";
import path from "node:path";

const golden = "crates/tools/timeline/tests/golden";

// Requests and replies are protocol buffers (trace_processor.proto); these are the few fields that
// are used here.
const REQUEST = { stream: 1, method: 2, data: 101, query: 103, sql: 1 };
const REPLY = { stream: 1, result: 203, error: 2, batch: 3, strings: 5 };
const METHOD = { append: 1, end: 2, query: 3, reset: 6 };

const varint = (number) => {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Buffer.from([...bytes, number]);
};
const numberField = (tag, number) => Buffer.concat([varint(tag * 8), varint(number)]);
const bytesField = (tag, bytes) =>
  Buffer.concat([varint(tag * 8 + 2), varint(bytes.length), bytes]);

/** The values of one field of a message. */
function values(bytes, wanted) {
  const found = [];
  let at = 0;
  const number = () => {
    let [sum, scale] = [0, 1];
    for (; bytes[at] > 127; scale *= 128) sum += (bytes[at++] & 127) * scale;
    return sum + bytes[at++] * scale;
  };
  while (at < bytes.length) {
    const key = number();
    const length = { 0: 0, 1: 8, 2: -1, 5: 4 }[key % 8];
    if (length === undefined) throw new Error(`a reply that cannot be read at byte ${at}`);
    if (length === 0) number();
    const size = length < 0 ? number() : length;
    const value = bytes.subarray(at, at + size);
    at += size;
    if (Math.floor(key / 8) === wanted) found.push(value);
  }
  return found;
}

/** Starts the processor from its files in `folder`. */
async function start(folder) {
  const replies = [];
  // The processor expects to be a web worker that loads its own code; it gets the files of the folder.
  class XMLHttpRequest {
    open(_method, url) {
      this.file = path.join(folder, path.basename(url));
    }
    send() {
      this.response = new Uint8Array(fs.readFileSync(this.file)).buffer;
    }
  }
  const quiet = { ...console, log() {}, error() {}, warn() {} };
  const worker = { location: { href: "http://localhost/" } };
  const port = { postMessage: (reply) => replies.push(Buffer.from(reply)) };
  const code = fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf8");
  const names = ["self", "process", "WorkerGlobalScope", "XMLHttpRequest", "console"];
  new Function(...names, code)(worker, undefined, Object, XMLHttpRequest, quiet);
  worker.onmessage({ data: port });
  // Its start ends with a promise that cannot be awaited here, so other code gets 200 turns instead.
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setTimeout(resolve, 1));

  let next = 0;
  const ask = (method, ...fields) => {
    replies.length = 0;
    const request = [numberField(1, next++), numberField(REQUEST.method, method), ...fields];
    const message = bytesField(REQUEST.stream, Buffer.concat(request));
    port.onmessage({ data: new Uint8Array(message) });
    if (replies.length === 0) throw new Error("the trace processor gave no reply");
    return replies.flatMap((reply) => values(reply, REPLY.stream));
  };
  /** Runs a query, and returns its result, which is one text. */
  const query = (sql) => {
    const request = bytesField(REQUEST.query, bytesField(REQUEST.sql, Buffer.from(sql)));
    const results = ask(METHOD.query, request).flatMap((reply) => values(reply, REPLY.result));
    const [error] = results.flatMap((result) => values(result, REPLY.error));
    if (error) throw new Error(`${sql}: ${error}`);
    const batches = results.flatMap((result) => values(result, REPLY.batch));
    const strings = batches.flatMap((batch) => values(batch, REPLY.strings));
    return Buffer.concat(strings).toString().replace(/\0$/, "");
  };
  const open = (file) => {
    ask(METHOD.reset);
    ask(METHOD.append, bytesField(REQUEST.data, fs.readFileSync(file)));
    ask(METHOD.end);
  };
  return { open, query };
}

const COUNTS = `select (select count(*) from slice) || ' ' || (select count(*) from flow)
  || ' ' || (select count(*) from counter)`;
const ERRORS = `select group_concat(name || ' = ' || value, ', ') from stats
  where value > 0 and severity in ('error', 'data_loss')`;
/** Counts the arrows that go back in time, stay on one track, or join slices that are no events. */
const WRONG_ARROWS = `select '' || count(*) from flow
  join slice one on one.id = slice_out join slice other on other.id = slice_in
  where one.ts >= other.ts or one.track_id = other.track_id
    or one.dur > 1000 or other.dur > 1000`;

const [folder, ...files] = process.argv.slice(2);
const processor = await start(folder);
const find = (file) => {
  processor.open(file);
  const errors = processor.query(ERRORS);
  const arrows = processor.query(WRONG_ARROWS);
  return { counts: processor.query(COUNTS), errors, arrows };
};

if (files.length > 0) {
  for (const file of files) {
    const { counts, errors, arrows } = find(file);
    console.log(`${file}: slices, arrows, counts: ${counts}; wrong arrows: ${arrows}; ${errors}`);
  }
} else {
  let [passed, failed] = [0, 0];
  const expected = fs.readFileSync(`${golden}/chrome.expected`, "utf8").trim().split("\n");
  for (const line of expected) {
    const [name, ...counts] = line.split(" ");
    const found = find(`${golden}/${name}.chrome`);
    const isRight = found.counts === counts.join(" ") && !found.errors && found.arrows === "0";
    if (isRight) passed += 1;
    else failed += 1;
    const told = isRight ? counts.join(" ") : `expected ${counts.join(" ")}: ${JSON.stringify(found)}`;
    console.log(`${isRight ? "ok     " : "FAILED "} ${name}: slices, arrows, counts: ${told}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed < 12 ? 1 : 0;
}
// The processor's timer would keep this program running.
process.exit();
