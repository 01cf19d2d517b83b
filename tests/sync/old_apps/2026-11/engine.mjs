// The engine as it left in an app of November 2026, bundled with what drives it in the test beside it. Never edit it:
// it stands for the phones that still run it. An app that leaves with another engine gets a folder of its own here.
import { readFileSync } from "node:fs";
// src/clock.ts
const systemClock = {
	now: () => Date.now(),
	after(delayMs, work) {
		const timer = setTimeout(work, delayMs);
		return () => clearTimeout(timer);
	}
};
const systemRandom = { number() {
	const [word] = crypto.getRandomValues(/* @__PURE__ */ new Uint32Array(1));
	return word / 2 ** 32;
} };
function timestamp(clock) {
	return new Date(clock.now()).toISOString();
}
function pause(clock, delayMs, signal) {
	return new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const cancel = clock.after(delayMs, done);
		signal?.addEventListener("abort", done, { once: true });
		function done() {
			cancel();
			signal?.removeEventListener("abort", done);
			resolve();
		}
	});
}
/** A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits, so that new records sort last. */
function uuidv7(clock = systemClock, random = systemRandom) {
	const bytes = Array.from({ length: 16 }, () => Math.floor(random.number() * 256));
	const milliseconds = clock.now();
	for (let i = 0; i < 6; i++) bytes[i] = Math.floor(milliseconds / 2 ** (8 * (5 - i))) % 256;
	bytes[6] = 112 | bytes[6] & 15;
	bytes[8] = 128 | bytes[8] & 63;
	const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join("-");
}
/** Doubles per attempt, with jitter down to half, so that phones do not march in step. */
function backOffMs(attempt, { firstMs, longestMs }, random) {
	const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
	return Math.round(ceiling * (.5 + random.number() / 2));
}
/** Milliseconds this phone's clock is behind the server's, judged from the middle of a round trip. */
function skewMs(sentMs, receivedMs, serverTime) {
	const server = Date.parse(serverTime);
	return Number.isNaN(server) ? null : Math.round(server - (sentMs + receivedMs) / 2);
}
// src/messages.ts
/** What is assumed until hello has said otherwise. */
const DEFAULT_LIMITS = {
	mutations: 500,
	bytes: 4194304,
	rows: 5e3
};
function hasShape(value, shape) {
	if (typeof value !== "object" || value === null) return false;
	const fields = value;
	return Object.entries(shape).every(([field, type]) => {
		const found = fields[field];
		if (type === "array") return Array.isArray(found);
		if (type === "object") return typeof found === "object" && found !== null;
		return typeof found === type;
	});
}
const HELLO = {
	epoch: "string",
	schema: "object",
	last_seq: "number",
	limits: "object"
};
const LIMITS = {
	mutations: "number",
	bytes: "number",
	rows: "number"
};
const PUSH = {
	epoch: "string",
	last_seq: "number",
	receipts: "array"
};
const RECEIPT = {
	seq: "number",
	status: "string"
};
const PULL = {
	epoch: "string",
	cursor: "string",
	more: "boolean",
	reset: "boolean",
	last_seq: "number"
};
const LISTS = {
	drop: "array",
	rows: "array",
	checks: "array"
};
const STATUSES = /* @__PURE__ */ new Set([
	"applied",
	"merged",
	"rejected",
	"parked"
]);
function isHelloAnswer(value) {
	return hasShape(value, HELLO) && hasShape(value.limits, LIMITS);
}
function isPushAnswer(value) {
	return hasShape(value, PUSH) && value.receipts.every(isReceipt);
}
function isPullAnswer(value) {
	if (!hasShape(value, PULL) || !hasShape(value, LISTS)) return false;
	return value.rows.every(isRow);
}
function isReceipt(value) {
	return hasShape(value, RECEIPT) && STATUSES.has(value.status);
}
function isRow(value) {
	if (!Array.isArray(value) || value.length < 5) return false;
	const [bucket, kind, id, seq, document] = value;
	return typeof bucket === "string" && typeof kind === "string" && typeof id === "string" && typeof seq === "number" && typeof document === "object";
}
function keyOf(key) {
	return `${key.kind}|${key.id}`;
}
// src/cursor.ts
/** Where this phone stands in the server's history; the cursor is opaque, kept and handed back. */
function firstState(device, schema) {
	return {
		device,
		epoch: null,
		cursor: null,
		refetch: [],
		generation: 1,
		sweep: false,
		next_seq: 1,
		confirmed: 0,
		limits: DEFAULT_LIMITS,
		schema,
		last_synced_at: null,
		skew_ms: null,
		revoked: false
	};
}
/** Another history, or other document shapes: everything is pulled anew and the outbox is kept. */
function startOver(state) {
	state.cursor = null;
	state.refetch = [];
}
function greet(state, hello) {
	state.epoch = hello.epoch;
	state.limits = {
		mutations: Math.max(1, hello.limits.mutations),
		bytes: Math.max(1024, hello.limits.bytes),
		rows: Math.max(1, hello.limits.rows)
	};
}
/** Takes every document away and keeps the outbox; the answer is what was taken. */
async function forgetDocuments(tx) {
	const state = await tx.state();
	if (!state) return [];
	const rows = await tx.documentsBefore(state.generation + 1);
	await tx.deleteDocuments(rows);
	await tx.putBuckets([]);
	startOver(state);
	await tx.putState(state);
	return rows.map(({ kind, id }) => ({
		kind,
		id
	}));
}
// src/channel.ts
function tabChannel(name) {
	const channel = new BroadcastChannel(name);
	channel.unref?.();
	return {
		post: (message) => channel.postMessage(message),
		listen(listener) {
			const receive = (event) => listener(event.data);
			channel.addEventListener("message", receive);
			return () => channel.removeEventListener("message", receive);
		},
		close: () => channel.close()
	};
}
// src/errors.ts
/** A request that brought no usable answer: no verdict was given, so everything is kept and sent again. */
var ConnectionLost = class extends Error {
	code = "connection_lost";
	constructor(reason) {
		super(reason);
		this.name = "ConnectionLost";
	}
};
/** The server answered and refused the whole request; nothing of it had an effect. */
var Refused = class extends Error {
	status;
	code;
	params;
	retryAfterMs;
	constructor(status, code, params = {}, retryAfterMs = null) {
		super(`${status} ${code}`);
		this.status = status;
		this.code = code;
		this.params = params;
		this.retryAfterMs = retryAfterMs;
		this.name = "Refused";
	}
};
/** The engine declined something the app asked for; nothing was changed. */
var EngineError = class extends Error {
	code;
	params;
	constructor(code, params = {}) {
		super(code);
		this.code = code;
		this.params = params;
		this.name = "EngineError";
	}
};
// src/outbox.ts
/** Total: an event that changes nothing in a state is null, so the first terminal receipt stands. */
const TRANSITIONS = {
	queued: receiving({
		send: "sending",
		lost: "queued",
		restart: "queued"
	}),
	sending: receiving({
		send: null,
		lost: "queued",
		restart: "queued"
	}),
	parked: {
		...receiving({
			send: null,
			lost: null,
			restart: "queued"
		}),
		parked: null
	},
	applied: closed("queued"),
	merged: closed("queued"),
	rejected: closed(null)
};
function receiving(own) {
	return {
		...own,
		applied: "applied",
		merged: "merged",
		rejected: "rejected",
		parked: "parked"
	};
}
function closed(restart) {
	return {
		send: null,
		lost: null,
		restart,
		applied: null,
		merged: null,
		rejected: null,
		parked: null
	};
}
/** Waiting mutations the outbox takes before it asks the user to connect first. */
const OUTBOX_LIMIT = 1e4;
/** How long acknowledged mutations are kept, in case the server is restored from a backup. */
const KEEP_ACKNOWLEDGED_MS = 6048e5;
function isWaiting(entry) {
	return entry.state === "queued" || entry.state === "sending";
}
function needsAttention(entry) {
	return (entry.state === "rejected" || entry.state === "merged") && !entry.dismissed;
}
/** Stores the verdicts of one push answer; the answer is those that were refused. */
async function takeReceipts(tx, state, receipts, now) {
	const sent = new Map((await tx.entriesIn("sending")).map((entry) => [entry.seq, entry]));
	const verdicts = receipts.flatMap((receipt) => {
		const entry = sent.get(receipt.seq);
		const after = entry && acknowledge(entry, receipt, {
			device: state.device,
			seq: receipt.seq
		}, now);
		if (!after) return [];
		sent.delete(receipt.seq);
		state.confirmed = Math.max(state.confirmed, receipt.seq);
		return [after];
	});
	await tx.putEntries(verdicts);
	return verdicts.filter((entry) => entry.state === "rejected");
}
/**
* A late receipt or a closed refusal that arrived as a document; an effect it ends ends with the pull's last
* page.
*/
async function takeLateVerdict(tx, kind, document, now) {
	const state = kind === "receipt" ? "parked" : "rejected";
	const entry = (await tx.entriesIn(state)).find(({ sent_as }) => sent_as?.device === document.device_id && sent_as?.seq === document.seq);
	if (!entry) return;
	if (kind === "refusal") {
		if (document.state === "closed") await dismiss(tx, entry.seq);
		return;
	}
	const after = acknowledge(entry, document, entry.sent_as, now);
	if (after) await tx.putEntries([{
		...after,
		settled: entry.settled
	}]);
}
function acknowledge(entry, receipt, sentAs, now) {
	const state = TRANSITIONS[entry.state][receipt.status];
	if (state === null) return void 0;
	const { seq, status, code, params, flags, conflicts } = receipt;
	const settled = entry.settled || state === "rejected";
	const kept = {
		seq,
		status,
		code,
		params,
		flags,
		conflicts
	};
	return {
		...entry,
		state,
		receipt: kept,
		sent_as: sentAs,
		acknowledged_at: now,
		settled
	};
}
/**
* Marks what is about to be sent; a crash from here on leaves `sending`, which the next leader takes as
* lost.
*/
async function markSending(tx, entries) {
	await tx.putEntries(entries.flatMap((entry) => moved(entry, "send")));
}
/** No answer came: what was being sent waits again. */
async function requeueSending(tx) {
	await tx.putEntries((await tx.entriesIn("sending")).flatMap((entry) => moved(entry, "lost")));
}
function moved(entry, event) {
	const state = TRANSITIONS[entry.state][event];
	return state === null ? [] : [{
		...entry,
		state
	}];
}
/**
* Numbers what must be sent (again) from `lastSeq + 1`, in the order it was recorded.
* Of what was acknowledged, `again` says what the server has lost; the rest stays behind.
*/
async function renumber(tx, state, lastSeq, again) {
	const entries = await tx.entries();
	const sendable = (entry) => isWaiting(entry) || TRANSITIONS[entry.state].restart !== null && again(entry);
	let free = Math.min(0, ...entries.map((entry) => entry.seq)) - 1;
	let next = lastSeq + 1;
	const stay = entries.filter((entry) => !sendable(entry)).map((entry) => entry.seq > lastSeq ? {
		...entry,
		seq: free--
	} : entry);
	const send = entries.filter(sendable).map((entry) => restarted(entry, next++));
	await tx.deleteEntries(entries.map((entry) => entry.seq));
	await tx.putEntries([...stay, ...send]);
	state.next_seq = next;
	state.confirmed = lastSeq;
}
function restarted(entry, seq) {
	if (entry.state === "queued" && entry.seq === seq) return entry;
	const { receipt, sent_as, acknowledged_at, ...kept } = entry;
	const settled = isWaiting(entry) && entry.settled;
	return {
		...kept,
		seq,
		state: "queued",
		settled,
		dismissed: false
	};
}
/** A restored server may lack what it had acknowledged: the last seven days go again. */
function lostByRestore(now) {
	return (entry) => now - Date.parse(entry.acknowledged_at ?? "") <= KEEP_ACKNOWLEDGED_MS;
}
/** One mutation is larger than the server takes: it is refused here, and those behind it move up. */
async function refuseTooLarge(tx, state, seq, now) {
	const entry = await tx.entry(seq);
	if (!entry) return void 0;
	const receipt = {
		seq,
		status: "rejected",
		code: "too_large",
		params: {}
	};
	const refused = {
		...entry,
		state: "rejected",
		receipt,
		acknowledged_at: now,
		settled: true
	};
	await tx.putEntries([refused]);
	const confirmed = state.confirmed;
	await renumber(tx, state, seq - 1, () => false);
	state.confirmed = Math.min(confirmed, seq - 1);
	return refused;
}
/** Ends the local effect of what the pulled documents hold; the answer is what was ended. */
async function settleThrough(tx, lastSeq) {
	const done = (await tx.unsettledEntries()).filter((entry) => entry.seq <= lastSeq && entry.state !== "parked");
	await tx.putEntries(done.map((entry) => ({
		...entry,
		settled: true
	})));
	return done;
}
/** A merged mutation is seen once its conflicts are on this phone: they ask the user from there. */
async function noteArrivedConflicts(tx) {
	for (const entry of await tx.entriesIn("merged")) {
		const conflicts = entry.receipt?.conflicts ?? [];
		if (entry.dismissed || conflicts.length === 0) continue;
		const keys = conflicts.map(({ id }) => ({
			kind: "conflict",
			id
		}));
		if ((await tx.documents(keys)).every((row) => row?.document)) await tx.putEntries([{
			...entry,
			dismissed: true
		}]);
	}
}
/**
* The user has seen it: a refusal leaves the outbox with its effect, a merged one is only kept for a new
* epoch.
*/
async function dismiss(tx, seq) {
	const entry = await tx.entry(seq);
	if (!entry || !needsAttention(entry)) return;
	if (entry.state === "rejected" && entry.settled) await tx.deleteEntries([seq]);
	else await tx.putEntries([{
		...entry,
		dismissed: true
	}]);
}
/** Forgets what was acknowledged more than seven days ago; never what waits or needs the user. */
async function prune(tx, now) {
	const entries = [
		"applied",
		"merged",
		"rejected"
	].map((state) => tx.entriesIn(state));
	const forgotten = (await Promise.all(entries)).flat().filter((entry) => entry.settled && !needsAttention(entry)).filter((entry) => entry.state === "rejected" || !lostByRestore(now)(entry));
	await tx.deleteEntries(forgotten.map((entry) => entry.seq));
}
// src/overlay.ts
/**
* Lays what waiting mutations do over the server's documents, so that a person sees own work at once and
* always.
*/
/** Documents as they become while mutations run over them, before any of it is stored. */
var Layer = class {
	tx;
	ground;
	rows = /* @__PURE__ */ new Map();
	changed = /* @__PURE__ */ new Map();
	constructor(tx, ground) {
		this.tx = tx;
		this.ground = ground;
	}
	async load(keys) {
		const missing = distinct(keys).filter((key) => !this.rows.has(keyOf(key)));
		if (missing.length === 0) return;
		const rows = await this.tx.documents(missing);
		missing.forEach((key, i) => this.rows.set(keyOf(key), rows[i]));
	}
	/**
	* Runs one mutation; an effect that fails on this ground shows nothing, for the mutation is sent all the
	* same.
	*/
	async run(entry, overlay, failure) {
		const effect = /* @__PURE__ */ new Map();
		const set = (key, document) => effect.set(keyOf(key), {
			key,
			document
		});
		const context = {
			at: entry.at,
			userId: overlay.userId,
			seq: entry.seq,
			get: async (kind, id) => {
				const own = effect.get(keyOf({
					kind,
					id
				}));
				return own ? structuredClone(own.document ?? void 0) : this.#get({
					kind,
					id
				});
			},
			put: (kind, id, document) => void set({
				kind,
				id
			}, JSON.parse(JSON.stringify(document))),
			remove: (kind, id) => void set({
				kind,
				id
			}, null)
		};
		try {
			await (Object.hasOwn(overlay.handlers, entry.name) ? overlay.handlers[entry.name] : void 0)?.(structuredClone(entry.args), context);
		} catch (error) {
			if (failure === "throw") throw error;
			return [];
		}
		const touched = [...effect.values()];
		await this.load(touched.map(({ key }) => key));
		for (const change of touched) this.changed.set(keyOf(change.key), change);
		return touched.map(({ key }) => key);
	}
	async #get(key) {
		const changed = this.changed.get(keyOf(key));
		if (changed) return structuredClone(changed.document ?? void 0);
		await this.load([key]);
		const row = this.rows.get(keyOf(key));
		return structuredClone((row && this.ground(row)) ?? void 0);
	}
};
/**
* Runs a new mutation over what screens see and stores its effect; the answer is the documents it touches.
*/
async function layOver(tx, entry, overlay) {
	const layer = new Layer(tx, (row) => row.document);
	const touches = await layer.run(entry, overlay, "throw");
	const rows = [...layer.changed.values()].map(({ key, document }) => {
		const row = layer.rows.get(keyOf(key)) ?? newRow(key, overlay.generation);
		return {
			...row,
			document,
			pending: true,
			server: serverVersion(row)
		};
	});
	await tx.putDocuments(rows);
	return touches;
}
/**
* Builds the visible documents anew from the server's: every effect still waiting runs again, and documents
* in `freed` that none of them touches show what the server says. The answer is every document written.
*/
async function rebase(tx, freed, overlay) {
	const entries = await tx.unsettledEntries();
	const layer = new Layer(tx, serverVersion);
	const affected = distinct([...freed, ...entries.flatMap((entry) => entry.touches)]);
	await layer.load(affected);
	const rerun = [];
	for (const entry of entries) {
		const touches = await layer.run(entry, overlay, "skip");
		if (!sameKeys(touches, entry.touches)) rerun.push({
			...entry,
			touches
		});
	}
	await tx.putEntries(rerun);
	const written = distinct([...affected, ...[...layer.changed.values()].map(({ key }) => key)]);
	const rows = written.map((key) => rebased(layer, key, overlay.generation));
	await tx.putDocuments(rows.filter((row) => !isGone(row)));
	await tx.deleteDocuments(rows.filter(isGone));
	return written;
}
function rebased(layer, key, generation) {
	const { server, ...row } = layer.rows.get(keyOf(key)) ?? newRow(key, generation);
	const truth = serverVersion({
		...row,
		server
	});
	const change = layer.changed.get(keyOf(key));
	if (!change) return {
		...row,
		pending: false,
		document: truth
	};
	return {
		...row,
		pending: true,
		document: change.document,
		server: truth
	};
}
function serverVersion(row) {
	return row.pending ? row.server ?? null : row.document;
}
/** In no bucket, and no waiting mutation touches it. */
function isGone(row) {
	return !row.pending && row.buckets.length === 0;
}
function newRow(key, generation) {
	return {
		kind: key.kind,
		id: key.id,
		document: null,
		buckets: [],
		seqs: [],
		generation,
		pending: false
	};
}
function sameKeys(a, b) {
	return a.length === b.length && a.every((key, i) => keyOf(key) === keyOf(b[i]));
}
function distinct(keys) {
	return [...new Map(keys.map((key) => [keyOf(key), {
		kind: key.kind,
		id: key.id
	}])).values()];
}
// src/checks.ts
const MODULUS = 2 ** 53;
/** `a + b` modulo 2^53 for `0 <= a, b < 2^53`, without ever leaving the exact integers. */
function addModulo(a, b) {
	return a < MODULUS - b ? a + b : a - (MODULUS - b);
}
function subtractModulo(a, b) {
	return a >= b ? a - b : a + (MODULUS - b);
}
function include(held, seq) {
	return {
		count: held.count + 1,
		sum: addModulo(held.sum, seq)
	};
}
function exclude(held, seq) {
	return {
		count: held.count - 1,
		sum: subtractModulo(held.sum, seq)
	};
}
/** The buckets that do not hold what the server says, in the order of `checks`. */
function disagreeing(checks, held) {
	return checks.filter(([bucket, count, sum]) => {
		const own = held(bucket) ?? {
			count: 0,
			sum: 0
		};
		return own.count !== count || own.sum !== sum;
	}).map(([bucket]) => bucket);
}
// src/pull.ts
/** Stores pull answers: which documents this phone holds, in which buckets, and what screens see of them. */
/** Rows stored in one transaction: short enough that a tap which records a mutation never waits long. */
const ROWS_PER_TRANSACTION = 1e3;
/** Kinds that are verdicts on this phone's own mutations. */
const VERDICTS = /* @__PURE__ */ new Set(["receipt", "refusal"]);
/**
* Cuts a page into transactions. Storing a page twice gives the same, so a crash between two costs nothing.
*/
function slices(answer) {
	const count = Math.max(1, Math.ceil(answer.rows.length / ROWS_PER_TRANSACTION));
	return Array.from({ length: count }, (_, i) => ({
		rows: answer.rows.slice(i * ROWS_PER_TRANSACTION, (i + 1) * ROWS_PER_TRANSACTION),
		first: i === 0,
		last: i === count - 1
	}));
}
/** Stores one slice of an answer; null when the answer is to a question this phone no longer asks. */
async function storeSlice(tx, asked, answer, slice, overlay, now) {
	const state = await tx.state();
	if (!state || state.cursor !== asked) return null;
	const page = new Page(tx, await ledgerOf(tx), state.generation);
	if (slice.first && answer.reset) await page.reset(state);
	if (slice.first) await page.drop(answer.drop);
	await page.place(slice.rows);
	const complete = slice.last && !answer.more;
	if (complete && state.sweep) await page.sweep(state);
	await page.store(now, complete ? answer.checks.map(([bucket]) => bucket) : []);
	await takeVerdicts(tx, slice.rows, now);
	if (slice.last) {
		state.cursor = answer.cursor;
		state.refetch = complete ? await page.disagreeing(answer) : [];
	}
	await tx.putState(state);
	overlay.generation = state.generation;
	if (!complete) return page.written();
	const rebased = await rebase(tx, (await settleThrough(tx, answer.last_seq)).flatMap((entry) => entry.touches), overlay);
	await noteArrivedConflicts(tx);
	return [...page.written(), ...rebased];
}
async function takeVerdicts(tx, rows, now) {
	for (const [, kind, , , document] of rows) if (document && VERDICTS.has(kind)) await takeLateVerdict(tx, kind, document, now);
}
async function ledgerOf(tx) {
	return new Map((await tx.buckets()).map((row) => [row.bucket, row]));
}
/** The rows one transaction works on, and the sums of the buckets they belong to. */
var Page = class {
	tx;
	ledger;
	generation;
	#rows = /* @__PURE__ */ new Map();
	#changed = /* @__PURE__ */ new Set();
	constructor(tx, ledger, generation) {
		this.tx = tx;
		this.ledger = ledger;
		this.generation = generation;
	}
	/** What is held belongs to the past from here on; it stays in sight until the new pull is complete. */
	async reset(state) {
		this.generation = state.generation += 1;
		state.sweep = await this.tx.countDocuments() > 0;
		this.ledger.clear();
	}
	async drop(buckets) {
		for (const bucket of buckets) {
			for (const row of await this.tx.documentsInBucket(bucket)) this.#leave(this.#rows.get(keyOf(row)) ?? row, bucket);
			this.ledger.delete(bucket);
		}
	}
	async place(rows) {
		await this.#load(rows.map(([, kind, id]) => ({
			kind,
			id
		})));
		for (const row of rows) this.#placeRow(row);
	}
	/** Takes away what the reset did not bring again. */
	async sweep(state) {
		for (const row of await this.tx.documentsBefore(this.generation)) if (!this.#changed.has(keyOf(row))) this.#keep(withoutServer(row, this.generation));
		state.sweep = false;
	}
	async store(now, checked) {
		const rows = [...this.#changed].map((key) => this.#rows.get(key));
		await this.tx.putDocuments(rows.filter((row) => !isGone(row)));
		await this.tx.deleteDocuments(rows.filter(isGone));
		for (const bucket of checked) {
			const held = this.ledger.get(bucket);
			if (held) held.checked_at = now;
		}
		await this.tx.putBuckets([...this.ledger.values()].filter((held) => held.count > 0));
	}
	/**
	* Compares the ledger with the server's checks, and the ledger's count with what the database really
	* holds.
	*/
	async disagreeing(answer) {
		const really = /* @__PURE__ */ new Map();
		for (const [bucket] of answer.checks) {
			const count = await this.tx.countInBucket(bucket);
			really.set(bucket, {
				count,
				sum: this.ledger.get(bucket)?.sum ?? 0
			});
		}
		return disagreeing(answer.checks, (bucket) => really.get(bucket));
	}
	written() {
		return [...this.#changed].map((key) => {
			const { kind, id } = this.#rows.get(key);
			return {
				kind,
				id
			};
		});
	}
	async #load(keys) {
		const missing = keys.filter((key) => !this.#rows.has(keyOf(key)));
		const held = await this.tx.documents(missing);
		missing.forEach((key, i) => {
			const row = held[i] ?? newRow(key, this.generation);
			this.#rows.set(keyOf(key), row.generation < this.generation ? withoutServer(row, this.generation) : row);
		});
	}
	#placeRow([bucket, kind, id, seq, document]) {
		const row = this.#rows.get(keyOf({
			kind,
			id
		}));
		const place = row.buckets.indexOf(bucket);
		if (place >= 0 && row.seqs[place] > seq) return;
		if (!document) return this.#leave(row, bucket);
		const newest = row.seqs.every((held) => held <= seq);
		const [buckets, seqs] = [[...row.buckets], [...row.seqs]];
		buckets[place >= 0 ? place : buckets.length] = bucket;
		seqs[place >= 0 ? place : seqs.length] = seq;
		if (place >= 0) this.#count(bucket, row.seqs[place], exclude);
		this.#count(bucket, seq, include);
		const content = row.pending ? { server: document } : { document };
		this.#keep({
			...row,
			buckets,
			seqs,
			...newest ? content : {}
		});
	}
	#leave(row, bucket) {
		const place = row.buckets.indexOf(bucket);
		if (place < 0) return;
		this.#count(bucket, row.seqs[place], exclude);
		const buckets = row.buckets.filter((_, i) => i !== place);
		const seqs = row.seqs.filter((_, i) => i !== place);
		const left = {
			...row,
			buckets,
			seqs
		};
		this.#keep(buckets.length === 0 ? withoutServer(left, row.generation) : left);
	}
	#count(bucket, seq, change) {
		const held = this.ledger.get(bucket) ?? {
			bucket,
			count: 0,
			sum: 0,
			checked_at: null
		};
		this.ledger.set(bucket, {
			...held,
			...change(held, seq)
		});
	}
	#keep(row) {
		this.#rows.set(keyOf(row), row);
		this.#changed.add(keyOf(row));
	}
};
/** In no bucket any more; a waiting mutation keeps what it shows in sight until it is run again. */
function withoutServer(row, generation) {
	const gone = {
		...row,
		buckets: [],
		seqs: [],
		generation
	};
	return row.pending ? {
		...gone,
		server: null
	} : {
		...gone,
		document: row.document
	};
}
// src/push.ts
/** Room for everything in a push but its mutations. */
const ENVELOPE_BYTES = 1024;
const encoder = new TextEncoder();
function bytesOf(value) {
	return encoder.encode(JSON.stringify(value)).length;
}
function wireMutation({ seq, name, v, at, args }) {
	return {
		seq,
		name,
		v,
		at,
		args
	};
}
/**
* The longest run from the front that keeps both limits; at least one, which was measured when it was
* recorded.
*/
function batchOf(entries, limits) {
	let bytes = ENVELOPE_BYTES;
	const fitting = entries.slice(0, limits.mutations).findIndex((entry) => {
		bytes += bytesOf(wireMutation(entry)) + 1;
		return bytes > limits.bytes;
	});
	const count = fitting < 0 ? Math.min(entries.length, limits.mutations) : Math.max(1, fitting);
	return entries.slice(0, count);
}
/** Takes the next batch off the queue, marked as being sent; null when nothing waits. */
async function takeBatch(tx, state, most) {
	const mutations = Math.max(1, Math.min(state.limits.mutations, most));
	const batch = batchOf(await tx.entriesIn("queued", mutations), {
		mutations,
		bytes: state.limits.bytes
	});
	if (batch.length === 0) return null;
	await markSending(tx, batch);
	return batch;
}
function pushRequest(state, batch, sentAt) {
	const { device, epoch, confirmed } = state;
	return {
		device,
		epoch: epoch ?? "",
		confirmed,
		sent_at: sentAt,
		mutations: batch.map(wireMutation)
	};
}
/**
* Stores the receipts in one transaction; what came without one waits again, what was refused shows no more.
*/
async function storeReceipts(tx, state, answer, overlay, now) {
	const refused = await takeReceipts(tx, state, answer.receipts, now);
	await requeueSending(tx);
	await tx.putState(state);
	if (refused.length === 0) return [];
	return rebase(tx, refused.flatMap((entry) => entry.touches), overlay);
}
// src/cycle.ts
/** One synchronization: hello where needed, push, then pull, and the answer to every refusal that has one. */
/** Bounds of one cycle; what is left is for the next. A batch of 500 is halved to one in nine steps. */
const RECOVERIES = 16;
const REFETCHES = 3;
const BATCHES = 1e3;
const PAGES = 1e4;
var Cycle = class {
	options;
	#greeted = false;
	#most = Infinity;
	#sending = [];
	constructor(options) {
		this.options = options;
	}
	/**
	* Throws `Refused` or `ConnectionLost` when the server cannot be brought to take part; nothing is lost
	* then.
	*/
	async run() {
		for (let recoveries = 0;; recoveries++) try {
			await this.#round();
			return;
		} catch (error) {
			if (!(error instanceof Refused) || recoveries === RECOVERIES) throw error;
			const recover = this.#recoveries[error.code];
			if (!recover) throw error;
			await recover(error);
		}
	}
	/** Something about the session may have changed: say hello before the next push. */
	forgetGreeting() {
		this.#greeted = false;
	}
	async #round() {
		if (!this.#greeted) await this.#hello();
		for (let fetches = 0; fetches <= REFETCHES; fetches++) {
			await this.#pushAll();
			const { refetch } = await this.#pullAll();
			if (refetch.length === 0) break;
		}
		await this.#finish();
	}
	async #hello() {
		const { transport, clock, profile } = this.options;
		const { device } = await this.#write(async (_, state) => state);
		const sent = clock.now();
		const { app, schema, platform, deviceName: name } = profile;
		const answer = await transport.hello({
			device,
			schema,
			app,
			platform,
			name
		});
		const changed = await this.#write(async (tx, state) => {
			state.skew_ms = skewMs(sent, clock.now(), answer.server_time);
			const restored = state.epoch !== null && state.epoch !== answer.epoch;
			if (restored || state.schema !== schema) startOver(state);
			state.schema = schema;
			greet(state, answer);
			await requeueSending(tx);
			return restored ? this.#renumber(tx, state, answer.last_seq, lostByRestore(clock.now())) : [];
		});
		this.#greeted = true;
		this.options.onChange(changed);
	}
	async #pushAll() {
		const { transport, clock, overlay } = this.options;
		for (let batches = 0; batches < BATCHES; batches++) {
			const request = await this.#write(async (tx, state) => {
				this.#sending = await takeBatch(tx, state, this.#most) ?? [];
				return pushRequest(state, this.#sending, timestamp(clock));
			});
			if (request.mutations.length === 0) return;
			this.options.onPhase("pushing");
			try {
				const answer = await transport.push(request);
				if (answer.epoch !== request.epoch) throw new Refused(409, "epoch_changed", { epoch: answer.epoch });
				const sent = new Set(request.mutations.map(({ seq }) => seq));
				if (!answer.receipts.some(({ seq }) => sent.has(seq))) throw new ConnectionLost("no receipt for what was sent");
				const changed = await this.#write((tx, state) => storeReceipts(tx, state, answer, this.#on(overlay, state), timestamp(clock)));
				this.#most *= 2;
				this.options.onChange(changed);
			} catch (error) {
				await this.options.store.transaction(requeueSending);
				throw error;
			}
		}
	}
	async #pullAll() {
		let rows = 0;
		for (let pages = 0; pages < PAGES; pages++) {
			const state = await this.#write(async (_, held) => held);
			this.options.onPhase("pulling");
			const { device, cursor, refetch, limits } = state;
			const answer = await this.options.transport.pull({
				device,
				cursor,
				limit: limits.rows,
				refetch
			});
			if (answer.epoch !== state.epoch) throw new Refused(409, "epoch_changed", { epoch: answer.epoch });
			if (answer.more && answer.cursor === cursor) throw new ConnectionLost("the cursor does not move");
			const stored = await this.#storePage(cursor, answer, rows);
			rows += answer.rows.length;
			if (stored && !answer.more) break;
		}
		return this.#write(async (_, state) => state);
	}
	async #storePage(asked, answer, before) {
		const { store, clock, overlay } = this.options;
		let rows = before;
		for (const slice of slices(answer)) {
			const changed = await store.transaction((tx) => storeSlice(tx, asked, answer, slice, overlay, timestamp(clock)));
			if (!changed) return false;
			rows += slice.rows.length;
			this.options.onProgress(rows);
			this.options.onChange(changed);
		}
		return true;
	}
	async #finish() {
		await this.#write(async (tx, state) => {
			await prune(tx, this.options.clock.now());
			state.last_synced_at = timestamp(this.options.clock);
		});
	}
	#recoveries = {
		epoch_changed: async () => this.forgetGreeting(),
		device_unknown: async () => this.forgetGreeting(),
		sequence_gap: async ({ params }) => {
			const lastSeq = Number.isSafeInteger(params.last_seq) ? Number(params.last_seq) : 0;
			await this.#renumberNow(lastSeq, (entry) => entry.seq > lastSeq);
		},
		sequence_reused: async () => {
			const device = uuidv7(this.options.clock, this.options.random);
			await this.#renumberNow(0, () => false, device);
			this.forgetGreeting();
		},
		too_large: async () => {
			const [first, ...others] = this.#sending;
			if (!first || others.length > 0) this.#most = Math.max(1, Math.floor(this.#sending.length / 2));
			else await this.#refuse(first);
		}
	};
	async #refuse({ seq }) {
		const { clock, overlay } = this.options;
		const changed = await this.#write(async (tx, state) => {
			return rebase(tx, (await refuseTooLarge(tx, state, seq, timestamp(clock)))?.touches ?? [], this.#on(overlay, state));
		});
		this.options.onChange(changed);
	}
	async #renumberNow(lastSeq, again, device) {
		const changed = await this.#write((tx, state) => {
			state.device = device ?? state.device;
			return this.#renumber(tx, state, lastSeq, again);
		});
		this.options.onChange(changed);
	}
	/** What is sent again shows its effect again, in the same transaction. */
	async #renumber(tx, state, lastSeq, again) {
		await renumber(tx, state, lastSeq, again);
		return rebase(tx, [], this.#on(this.options.overlay, state));
	}
	#on(overlay, state) {
		return {
			...overlay,
			generation: state.generation
		};
	}
	/** One transaction on the state, which is made on first use. */
	#write(work) {
		const { store, clock, random, profile } = this.options;
		return store.transaction(async (tx) => {
			const state = await tx.state() ?? firstState(uuidv7(clock, random), profile.schema);
			const result = await work(tx, state);
			await tx.putState(state);
			return result;
		});
	}
};
// src/export.ts
/** Everything that would be lost with this phone, as a text a person can keep. */
/**
* JSON: the mutations without a final, seen receipt, whole, and the photos still to be sent, by name and
* hash.
*/
function exportUnsent(store, app, exportedAt) {
	return store.transaction(async (tx) => {
		const state = await tx.state();
		const mutations = (await tx.entries()).filter((entry) => isWaiting(entry) || entry.state === "parked" || needsAttention(entry)).map(({ seq, name, v, at, args, state, receipt }) => ({
			seq,
			name,
			v,
			at,
			args,
			state,
			receipt
		}));
		const files = (await tx.uploads()).map(({ id, filename, filetype, about, bytes, sha256, state, added_at }) => {
			return {
				id,
				filename,
				filetype,
				about,
				bytes,
				sha256,
				state,
				added_at
			};
		});
		const head = {
			app,
			user: store.userId,
			device: state?.device ?? null,
			exported_at: exportedAt
		};
		return JSON.stringify({
			...head,
			mutations,
			files
		}, null, 2);
	});
}
// src/live.ts
/** Hints that something changed: the server's event stream, and what happens to the page. */
const BACK_OFF$2 = {
	firstMs: 2e3,
	longestMs: 12e4
};
/**
* The server says something every 25 s; after twice that and a little the line is dead, whatever TCP
* believes.
*/
const SILENCE_MS = 6e4;
var Live = class {
	options;
	#stop = null;
	#forget = () => {};
	#hurry = () => {};
	constructor(options) {
		this.options = options;
	}
	start() {
		const stop = new AbortController();
		this.#stop = stop;
		this.#forget = (this.options.surroundings ?? pageSurroundings)((reason) => {
			this.#hurry();
			this.options.wake(reason);
		});
		this.#listen(stop.signal);
	}
	stop() {
		this.#stop?.abort();
		this.#forget();
	}
	/** Polling goes on whatever happens here: a stream is a hint, never the only way. */
	async #listen(signal) {
		const { random, wake } = this.options;
		for (let failures = 0; !signal.aborted; failures++) {
			const opened = await this.#stream(signal, () => wake("poke")).catch((error) => {
				return error instanceof Refused ? error.retryAfterMs : null;
			});
			if (opened === true) {
				failures = 0;
				if (!signal.aborted) wake("poke");
			}
			const asked = typeof opened === "number" ? opened : 0;
			await this.#pause(asked, backOffMs(failures, BACK_OFF$2, random), signal);
		}
	}
	/** A network that comes back ends the back-off, not what the server asked for. */
	async #pause(askedMs, backOff, signal) {
		const { clock } = this.options;
		await pause(clock, askedMs, signal);
		const hurried = new AbortController();
		this.#hurry = () => hurried.abort();
		signal.addEventListener("abort", this.#hurry, { once: true });
		await pause(clock, Math.max(0, backOff - askedMs), hurried.signal);
		signal.removeEventListener("abort", this.#hurry);
	}
	/** Ends when the stream does; true when it had brought anything. */
	async #stream(signal, onPoke) {
		const { transport, clock } = this.options;
		const silence = new AbortController();
		const abort = () => silence.abort();
		signal.addEventListener("abort", abort, { once: true });
		const reader = (await transport.request("/sync/live", {
			method: "GET",
			headers: { Accept: "text/event-stream" },
			signal: silence.signal,
			stream: true
		})).body?.getReader();
		let heard = false;
		if (!reader) return heard;
		silence.signal.addEventListener("abort", () => void reader.cancel().catch(() => void 0), { once: true });
		const parse = eventParser((event) => event === "poke" && onPoke());
		const decoder = new TextDecoder();
		try {
			for (;;) {
				const cancel = clock.after(SILENCE_MS, abort);
				const { done, value } = await reader.read().finally(cancel);
				if (done) return heard;
				heard = true;
				parse(decoder.decode(value, { stream: true }));
			}
		} catch {
			return heard;
		} finally {
			signal.removeEventListener("abort", abort);
		}
	}
};
/** Reads server-sent events from pieces of text; only the event's name matters here. */
function eventParser(onEvent) {
	let rest = "";
	let name = "";
	return (text) => {
		const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
		rest = (lines.pop() ?? "").slice(-65536);
		for (const line of lines) {
			if (line.startsWith("event:")) name = line.slice(6).trim();
			if (line !== "") continue;
			if (name) onEvent(name);
			name = "";
		}
	};
}
/** A page that comes back, in front or online, wants to know at once. */
const pageSurroundings = (wake) => {
	const target = globalThis;
	if (!target.addEventListener || !target.document) return () => {};
	const { document } = target;
	const online = () => wake("network");
	const seen = () => document.visibilityState === "visible" && wake("network");
	target.addEventListener("online", online);
	target.addEventListener("focus", seen);
	document.addEventListener("visibilitychange", seen);
	return () => {
		target.removeEventListener?.("online", online);
		target.removeEventListener?.("focus", seen);
		document.removeEventListener("visibilitychange", seen);
	};
};
// src/loop.ts
/**
* When the leader syncs: at once when asked, again after a failure, and every few minutes whatever happens.
*/
const BACK_OFF$1 = {
	firstMs: 1e3,
	longestMs: 3e5
};
const POLL_MS = 24e4;
/** Taps close together travel in one push. */
const GATHER_MS = 50;
/** After these nothing is tried again until somebody asks. */
const WAITS_FOR_USER = /* @__PURE__ */ new Set([
	"session_ended",
	"device_revoked",
	"upgrade_required"
]);
var Loop = class {
	options;
	#running = null;
	#again = false;
	#failures = 0;
	#notBefore = 0;
	#asleep = false;
	/** Something was recorded that the cycle under way may have begun too early to see. */
	#recorded = false;
	#cancelTimer = () => {};
	#started = false;
	constructor(options) {
		this.options = options;
	}
	start() {
		this.#started = true;
		this.run();
	}
	async stop() {
		this.#started = false;
		this.#again = false;
		this.#cancelTimer();
		await this.#running;
	}
	wake(reason) {
		if (!this.#started) return;
		if (reason === "record") {
			if (this.#failures > 0 || this.#asleep) return;
			this.#recorded = true;
			this.#schedule(GATHER_MS);
		} else if (!this.#asleep || reason === "user") this.run();
	}
	/** Ends when a cycle that began after this call has ended. Never earlier than `Retry-After` asked. */
	run() {
		if (this.options.clock.now() < this.#notBefore) return Promise.resolve();
		if (this.#running) {
			this.#again = true;
			return this.#running;
		}
		this.#cancelTimer();
		this.#running = this.#cycles().finally(() => this.#running = null);
		return this.#running;
	}
	async #cycles() {
		do {
			this.#again = false;
			await this.#once();
		} while (this.#again && this.options.clock.now() >= this.#notBefore);
	}
	async #once() {
		const { clock, random } = this.options;
		this.#recorded = false;
		const failure = await this.options.cycle().then(() => null, (error) => error ?? /* @__PURE__ */ new Error("a cycle failed without a reason"));
		await this.options.onEnd(failure).catch(() => void 0);
		if (failure === null) {
			this.#failures = 0;
			this.#asleep = false;
			return this.#schedule(this.#recorded ? GATHER_MS : POLL_MS * (.75 + random.number() / 2));
		}
		this.#again = false;
		const delay = backOffMs(this.#failures++, BACK_OFF$1, random);
		const asked = failure instanceof Refused ? failure.retryAfterMs : null;
		const wait = asked === null ? delay : asked + Math.round(random.number() * Math.max(1e3, asked / 4));
		this.#notBefore = asked === null ? 0 : clock.now() + asked;
		this.#asleep = failure instanceof Refused && (failure.status === 401 || WAITS_FOR_USER.has(failure.code));
		if (!this.#asleep) this.#schedule(Math.max(wait, delay));
	}
	#schedule(delayMs) {
		this.#cancelTimer();
		if (!this.#started) return;
		this.#cancelTimer = this.options.clock.after(delayMs, () => void this.run());
	}
};
// src/status.ts
/** What the user always sees: saved here, saved on the server, needs attention. */
function firstStatus() {
	return {
		phase: "idle",
		waiting: 0,
		oldestWaitingAt: null,
		attention: 0,
		lastSyncedAt: null,
		error: null,
		leader: false,
		progress: null,
		uploads: {
			waiting: 0,
			bytes: 0
		}
	};
}
/** The part of the status that the database knows, the same in every tab. */
function readStatus(store) {
	return store.transaction(async (tx) => {
		const first = [...await tx.entriesIn("sending", 1), ...await tx.entriesIn("queued", 1)];
		const answered = [...await tx.entriesIn("rejected"), ...await tx.entriesIn("merged")];
		const files = await tx.uploads();
		const uploads = files.filter((file) => file.state !== "refused");
		const state = await tx.state();
		return {
			waiting: await tx.countIn("queued") + await tx.countIn("sending"),
			oldestWaitingAt: first.map(({ at }) => at).sort()[0] ?? null,
			attention: answered.filter(needsAttention).length + files.length - uploads.length,
			lastSyncedAt: state?.last_synced_at ?? null,
			uploads: {
				waiting: uploads.length,
				bytes: uploads.reduce((sum, { bytes, sent }) => sum + bytes - sent, 0)
			},
			revoked: state?.revoked ?? false
		};
	});
}
const PHASES = {
	session_ended: "signed_out",
	device_revoked: "revoked",
	upgrade_required: "upgrade_required",
	too_many_requests: "offline",
	unavailable: "offline"
};
/** What a failed cycle means to the user; a lost connection is no error, it is the field. */
function phaseAfter(error) {
	if (error instanceof ConnectionLost) return {
		phase: "offline",
		error: null
	};
	if (!(error instanceof Refused)) return {
		phase: "error",
		error: {
			code: "internal",
			params: { reason: String(error) }
		}
	};
	return {
		phase: PHASES[error.code] ?? (error.status === 401 ? "signed_out" : void 0) ?? (error.status === 429 || error.status === 503 ? "offline" : "error"),
		error: {
			code: error.code,
			params: error.params
		}
	};
}
/** Holds the status of this tab: what the database says, and what the leader does. */
var StatusBoard = class {
	store;
	channel;
	revoked = false;
	#status = firstStatus();
	#listeners = /* @__PURE__ */ new Set();
	constructor(store, channel) {
		this.store = store;
		this.channel = channel;
	}
	status() {
		return this.#status;
	}
	onStatus(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	async refresh() {
		const { revoked, ...stored } = await readStatus(this.store);
		this.revoked = revoked;
		this.#change(revoked ? {
			...stored,
			phase: "revoked"
		} : stored);
	}
	/** What this tab does as the leader; the others are told. */
	lead(part) {
		this.#change(part);
		const { phase, error, progress } = this.#status;
		this.channel.post({
			type: "leader",
			part: {
				phase,
				error,
				progress
			}
		});
	}
	follow(part) {
		if (!this.#status.leader) this.#change(part);
	}
	#change(part) {
		this.#status = {
			...this.#status,
			...part
		};
		for (const listener of this.#listeners) listener(this.#status);
	}
};
// src/tus.ts
/**
* The three requests of tus 1.0 that a phone needs: create, ask for the offset, send on from there.
* Own, not a library's: retries, sign-in, time limits and the memory of upload addresses are the engine's
* already, and a second set of each would be the larger part of what a library brings.
*/
/** Small enough that a poor line finishes one; what was sent before a break is not sent again. */
const CHUNK_BYTES = 1048576;
const CHUNK_TIMEOUT_MS = 12e4;
const VERSION = { "Tus-Resumable": "1.0.0" };
/** Announces a file; the answer is the address its bytes go to. */
async function createUpload(transport, file, signal) {
	const { id, sha256, filename, filetype } = file;
	const metadata = Object.entries({
		id,
		sha256,
		filename,
		filetype
	}).map(([key, text]) => `${key} ${base64(text)}`);
	const headers = {
		...VERSION,
		"Upload-Length": String(file.bytes),
		"Upload-Metadata": metadata.join(",")
	};
	const location = (await transport.request("/sync/files", {
		method: "POST",
		headers,
		signal
	})).headers.get("Location");
	if (!location) throw new ConnectionLost("an upload was created without an address");
	return location;
}
/** How many bytes the server holds; null when it has forgotten the upload. */
async function uploadOffset(transport, url, signal) {
	try {
		return offsetOf(await transport.request(url, {
			method: "HEAD",
			headers: VERSION,
			signal
		}));
	} catch (error) {
		if (error instanceof Refused && (error.status === 404 || error.status === 410)) return null;
		throw error;
	}
}
/** Sends one chunk from `offset`; the answer is the new offset. */
async function sendChunk(transport, url, blob, offset, signal) {
	const headers = {
		...VERSION,
		"Upload-Offset": String(offset),
		"Content-Type": "application/offset+octet-stream"
	};
	const body = blob.slice(offset, offset + CHUNK_BYTES);
	const sent = {
		method: "PATCH",
		headers,
		body,
		signal,
		timeoutMs: CHUNK_TIMEOUT_MS
	};
	const reached = offsetOf(await transport.request(url, sent));
	if (reached <= offset && body.size > 0) throw new ConnectionLost("the upload does not move");
	return reached;
}
function offsetOf(response) {
	const offset = Number(response.headers.get("Upload-Offset") ?? NaN);
	if (!Number.isSafeInteger(offset) || offset < 0) throw new ConnectionLost("an upload without an offset");
	return offset;
}
/** Base64 of the text's UTF-8 bytes, as `Upload-Metadata` wants it. */
function base64(text) {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
// src/uploads.ts
/**
* Photos travel in their own queue, resumably, and leave the phone only when the server has confirmed their
* hash.
*/
const UPLOAD_LIMIT = 1e3;
const LARGEST_UPLOAD_BYTES = 104857600;
const BACK_OFF = {
	firstMs: 2e3,
	longestMs: 6e5
};
/** Answers that no repetition will change: the file is not taken as it is. */
const FINAL = /* @__PURE__ */ new Set([
	400,
	403,
	413,
	415,
	422
]);
var UploadQueue = class {
	options;
	#listeners = /* @__PURE__ */ new Set();
	#running = null;
	#stopped = new AbortController();
	#cancelTimer = () => {};
	constructor(options) {
		this.options = options;
	}
	/** Keeps a file on this phone and queues it; its record may be in the outbox still. */
	async add({ id, blob, filename, filetype, about }) {
		if (blob.size > 104857600) throw new EngineError("upload_too_large", {
			bytes: blob.size,
			limit: LARGEST_UPLOAD_BYTES
		});
		const row = {
			id,
			filename,
			filetype,
			about: {
				kind: about.kind,
				id: about.id
			},
			bytes: blob.size,
			sha256: await sha256(blob),
			state: "waiting",
			sent: 0,
			url: null,
			attempts: 0,
			next_at: 0,
			code: null,
			added_at: timestamp(this.options.clock)
		};
		await this.options.store.transaction(async (tx) => {
			if (await tx.upload(id)) throw new EngineError("upload_exists", { id });
			if ((await tx.uploads()).length >= 1e3) throw new EngineError("uploads_full", { limit: UPLOAD_LIMIT });
			await tx.putUpload(row);
			await tx.putBlob(id, blob);
		});
		this.#changed();
		this.options.onQueued();
		return shown(row);
	}
	/** In the order they were added. */
	async list() {
		return (await this.#rows()).map(shown);
	}
	/** The file itself while this phone holds it, to show what is not sent yet. */
	blob(id) {
		return this.options.store.transaction((tx) => tx.blob(id));
	}
	/** Tries a file again, from the start if it was refused. */
	async retry(id) {
		await this.options.store.transaction(async (tx) => {
			const row = await tx.upload(id);
			if (!row) throw new EngineError("upload_unknown", { id });
			const fresh = row.state === "refused" ? {
				state: "waiting",
				url: null,
				sent: 0,
				code: null
			} : {};
			await tx.putUpload({
				...row,
				...fresh,
				attempts: 0,
				next_at: 0
			});
		});
		this.#changed();
		this.options.onQueued();
	}
	/** The user gives a refused or unwanted file up. */
	async discard(id) {
		await this.options.store.transaction((tx) => remove(tx, id));
		this.#changed();
	}
	onChange(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	/** Tells the listeners of this tab that another tab changed the queue. */
	tell() {
		for (const listener of this.#listeners) listener();
	}
	/** Sends what is due, one file after the other; only the leader calls this. Never throws. */
	run() {
		if (this.#stopped.signal.aborted) this.#stopped = new AbortController();
		this.#running ??= this.#sendDue(this.#stopped.signal).finally(() => this.#running = null);
		return this.#running;
	}
	stop() {
		this.#cancelTimer();
		this.#stopped.abort();
	}
	async #sendDue(signal) {
		this.#cancelTimer();
		for (const { id } of await this.#rows()) {
			if (signal.aborted) return;
			const row = await this.options.store.transaction((tx) => tx.upload(id));
			if (!row || row.state === "refused" || row.next_at > this.options.clock.now()) continue;
			if (!await this.#advance(row, signal)) break;
		}
		await this.#scheduleNext(signal);
	}
	/** Brings one file on; false when the line or the session is gone, so that the others need not try. */
	async #advance(row, signal) {
		try {
			if (await this.#confirm(row)) return true;
			if (row.state !== "sent") await this.#send(row, signal);
			return true;
		} catch (error) {
			await this.#failed(row, error);
			return error instanceof Refused && error.status !== 401 && error.status !== 503;
		}
	}
	async #send(row, signal) {
		const { store, transport } = this.options;
		const blob = await store.transaction((tx) => tx.blob(row.id));
		if (!blob) return void await this.#save(row.id, {
			state: "refused",
			code: "blob_lost"
		});
		await this.#save(row.id, { state: "sending" });
		let offset = row.url ? await uploadOffset(transport, row.url, signal) : null;
		let url = row.url;
		if (url === null || offset === null) {
			url = await createUpload(transport, row, signal);
			offset = 0;
		}
		await this.#save(row.id, {
			url,
			sent: offset
		});
		while (offset < row.bytes) {
			if (signal.aborted) return this.#save(row.id, { state: "waiting" });
			offset = await sendChunk(transport, url, blob, offset, signal);
			await this.#save(row.id, {
				sent: offset,
				attempts: 0
			});
		}
		await this.#save(row.id, {
			state: "sent",
			next_at: this.options.clock.now() + BACK_OFF.firstMs
		});
		this.options.onSent();
	}
	/** Deletes the local copy if the server holds the same bytes; true when there is nothing left to do. */
	async #confirm({ id, state }) {
		const document = await this.options.store.get("file", id);
		if (document && await this.#judge(id, document)) return true;
		if (state !== "sent") return false;
		const answer = await this.#askState(id);
		if (answer && await this.#judge(id, answer)) return true;
		await this.#save(id, { next_at: this.options.clock.now() + BACK_OFF.firstMs * 15 });
		return false;
	}
	async #askState(id) {
		const path = `/api/files/${encodeURIComponent(id)}?state`;
		const answer = await (await this.options.transport.request(path, {
			method: "GET",
			headers: { Accept: "application/json" }
		})).json().catch(() => null);
		return typeof answer === "object" ? answer : null;
	}
	async #judge(id, { state, sha256: hash, code }) {
		const row = await this.options.store.transaction((tx) => tx.upload(id));
		if (!row) return true;
		if (state === "stored" && hash === row.sha256) {
			await this.discard(id);
			return true;
		}
		const refused = state === "refused" ? code ?? "refused" : state === "stored" ? "hash_differs" : null;
		if (refused === null) return false;
		await this.#save(id, {
			state: "refused",
			code: String(refused)
		});
		return true;
	}
	async #failed(row, error) {
		const { clock, random } = this.options;
		const refused = error instanceof Refused ? error : null;
		if (refused && FINAL.has(refused.status) && refused.code !== "device_revoked") return this.#save(row.id, {
			state: "refused",
			code: refused.code
		});
		const attempts = row.attempts + 1;
		const wait = Math.max(refused?.retryAfterMs ?? 0, backOffMs(attempts, BACK_OFF, random));
		const state = row.state === "sent" ? "sent" : "waiting";
		await this.#save(row.id, {
			state,
			attempts,
			next_at: clock.now() + wait,
			code: refused?.code ?? null
		});
	}
	async #scheduleNext(signal) {
		const due = (await this.#rows()).filter(({ state }) => state !== "refused").map((row) => row.next_at);
		if (due.length === 0 || signal.aborted) return;
		const delay = Math.max(1e3, Math.min(...due) - this.options.clock.now());
		this.#cancelTimer = this.options.clock.after(delay, () => void this.run());
	}
	async #save(id, part) {
		await this.options.store.transaction(async (tx) => {
			const row = await tx.upload(id);
			if (row) await tx.putUpload({
				...row,
				...part
			});
		});
		this.#changed();
	}
	async #rows() {
		return (await this.options.store.transaction((tx) => tx.uploads())).sort((a, b) => a.added_at < b.added_at ? -1 : a.added_at > b.added_at ? 1 : a.id < b.id ? -1 : 1);
	}
	#changed() {
		this.tell();
		this.options.onChange();
	}
};
async function remove(tx, id) {
	await tx.deleteUpload(id);
	await tx.deleteBlob(id);
}
function shown({ url, next_at, ...upload }) {
	return upload;
}
/** Lower-case hexadecimal SHA-256 of a file's bytes. */
async function sha256(blob) {
	const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
	return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
// src/engine.ts
/** The door to everything a phone knows and does: record mutations, read documents, stay in step. */
var Engine = class {
	options;
	uploads;
	#board;
	#channel;
	#cycle;
	#loop;
	#live;
	#changeListeners = /* @__PURE__ */ new Set();
	#overlay;
	#stopListening;
	#standing = null;
	#leading = false;
	#ended = Promise.resolve();
	constructor(options) {
		this.options = options;
		const { store, transport, clock, random, handlers } = options;
		const { app, schema, platform, deviceName } = options;
		this.#channel = options.channel ?? tabChannel(store.name);
		this.#board = new StatusBoard(store, this.#channel);
		this.#overlay = {
			handlers,
			userId: store.userId,
			generation: 1
		};
		const changed = (keys) => this.#changed(keys);
		this.uploads = new UploadQueue({
			store,
			transport,
			clock,
			random,
			onChange: () => this.#uploadsChanged(),
			onQueued: () => this.#wantSync(),
			onSent: () => this.#loop.wake("poke")
		});
		this.#cycle = new Cycle({
			store,
			transport,
			clock,
			random,
			overlay: this.#overlay,
			profile: {
				app,
				schema,
				platform,
				deviceName
			},
			onPhase: (phase) => this.#board.lead({
				phase,
				error: null
			}),
			onProgress: (rows) => this.#board.lead({ progress: { rows } }),
			onChange: changed
		});
		this.#loop = new Loop({
			clock,
			random,
			cycle: () => this.#runCycle(),
			onEnd: (error) => this.#cycleEnded(error)
		});
		this.#live = new Live({
			transport,
			clock,
			random,
			surroundings: options.surroundings,
			wake: (r) => this.#loop.wake(r)
		});
		this.#stopListening = this.#channel.listen((message) => this.#hear(message));
		this.#board.refresh();
	}
	/**
	* Stores a mutation under the next seq and shows its effect, in one transaction; sending follows by
	* itself.
	*/
	async record(name, args) {
		const v = Object.hasOwn(this.options.versions, name) ? this.options.versions[name] : void 0;
		if (v === void 0) throw new EngineError("unknown_mutation", { name });
		const plain = JSON.parse(JSON.stringify(args ?? {}));
		const entry = await this.options.store.transaction((tx) => this.#store(tx, name, v, plain));
		this.#changed(entry.touches);
		await this.#board.refresh();
		this.#wantSync();
		return entry;
	}
	async #store(tx, name, v, args) {
		const { clock, random, schema } = this.options;
		if (await tx.countIn("queued") + await tx.countIn("sending") >= 1e4) throw new EngineError("outbox_full", { limit: OUTBOX_LIMIT });
		const state = await tx.state() ?? firstState(uuidv7(clock, random), schema);
		const entry = {
			seq: state.next_seq,
			name,
			v,
			at: timestamp(clock),
			args,
			state: "queued",
			touches: [],
			settled: false,
			dismissed: false
		};
		const limit = Math.min(state.limits.bytes, DEFAULT_LIMITS.bytes) - ENVELOPE_BYTES;
		const bytes = bytesOf(wireMutation(entry));
		if (bytes > limit) throw new EngineError("mutation_too_large", {
			bytes,
			limit
		});
		entry.touches = await layOver(tx, entry, {
			...this.#overlay,
			generation: state.generation
		});
		await tx.putEntries([entry]);
		await tx.putState({
			...state,
			next_seq: state.next_seq + 1
		});
		return entry;
	}
	/** Ends when a cycle begun after this call has ended, well or not: the status says which. */
	async syncNow() {
		if (this.#leading) return this.#loop.run();
		if (!await this.options.lock.attempt(this.options.store.name, () => this.#loop.run())) this.#channel.post({ type: "sync" });
	}
	/** Takes part in leading: the first tab syncs, the others take over when it goes. */
	start() {
		if (this.#standing) return;
		const standing = new AbortController();
		this.#standing = standing;
		const { lock, store } = this.options;
		this.#ended = lock.hold(store.name, standing.signal, () => this.#lead(standing.signal));
	}
	async stop() {
		this.#standing?.abort();
		this.#standing = null;
		await this.#ended;
	}
	async #lead(until) {
		this.#leading = true;
		this.#board.lead({ leader: true });
		this.#loop.start();
		this.#live.start();
		if (!until.aborted) await new Promise((resolve) => until.addEventListener("abort", resolve, { once: true }));
		this.#live.stop();
		this.uploads.stop();
		await this.#loop.stop();
		this.#leading = false;
		this.#board.lead({
			leader: false,
			phase: "idle",
			progress: null
		});
	}
	/** Stops for good and lets go of the database. */
	async close() {
		await this.stop();
		this.#stopListening();
		this.#channel.close();
		await this.options.store.close();
	}
	status() {
		return this.#board.status();
	}
	onStatus(listener) {
		return this.#board.onStatus(listener);
	}
	onChange(listener) {
		this.#changeListeners.add(listener);
		return () => this.#changeListeners.delete(listener);
	}
	get(kind, id) {
		return this.options.store.get(kind, id);
	}
	list(kind, options) {
		return this.options.store.list(kind, options);
	}
	count(kind, ref) {
		return this.options.store.count(kind, ref);
	}
	/** What still waits, and what was answered and needs the user or is not pulled yet; in the order of seq. */
	async outbox() {
		return (await this.options.store.transaction((tx) => tx.entries())).filter((entry) => !entry.settled || isWaiting(entry) || needsAttention(entry));
	}
	/** The mutations that touch a document and have no final receipt yet. */
	async pendingFor(id) {
		return (await this.options.store.entriesTouching(id)).filter((entry) => isWaiting(entry) || entry.state === "parked");
	}
	async dismiss(seq) {
		await this.options.store.transaction((tx) => dismiss(tx, seq));
		await this.#board.refresh();
		this.#channel.post({ type: "recorded" });
	}
	/**
	* JSON text of everything the server has not taken, payloads included; a revoked device then drops its
	* documents.
	*/
	async exportUnsent() {
		const { store, clock, app } = this.options;
		const text = await exportUnsent(store, app, timestamp(clock));
		if (this.#board.revoked) await this.#wipeDocuments();
		return text;
	}
	async buckets() {
		return (await this.options.store.transaction((tx) => tx.buckets())).map(({ bucket, count, checked_at }) => ({
			bucket,
			count,
			checkedAt: checked_at
		})).sort((a, b) => a.bucket < b.bucket ? -1 : 1);
	}
	/** Deletes this user's database, the outbox and the photos too: offer the export first. */
	async wipe() {
		await this.stop();
		await this.options.store.wipe();
		this.#cycle.forgetGreeting();
		this.#changed([]);
		await this.#board.refresh();
	}
	async #runCycle() {
		if (this.#board.revoked) throw new Refused(403, "device_revoked");
		await this.#cycle.run();
	}
	async #cycleEnded(error) {
		if (error === null) this.#board.lead({
			phase: "idle",
			error: null,
			progress: null
		});
		else {
			this.#cycle.forgetGreeting();
			this.#board.lead({
				...phaseAfter(error),
				progress: null
			});
		}
		if (error instanceof Refused && error.code === "device_revoked") await this.#revoked();
		await this.#board.refresh();
		this.#channel.post({ type: "synced" });
		if (error === null) this.uploads.run();
	}
	/** Documents stay until the export was offered; with nothing unsent there is nothing to offer. */
	async #revoked() {
		const { store } = this.options;
		await store.transaction(async (tx) => {
			const state = await tx.state();
			if (state) await tx.putState({
				...state,
				revoked: true
			});
		});
		await this.#board.refresh();
		const { waiting, attention, uploads } = this.status();
		if (waiting + attention + uploads.waiting === 0) await this.#wipeDocuments();
	}
	async #wipeDocuments() {
		const gone = await this.options.store.transaction((tx) => forgetDocuments(tx));
		this.#changed(gone);
	}
	#changed(keys) {
		if (keys.length === 0) return;
		for (const listener of this.#changeListeners) listener(keys);
		this.#channel.post({
			type: "changed",
			keys
		});
	}
	/** Whoever leads, this tab or another, sends what was recorded. */
	#wantSync() {
		this.#channel.post({ type: "recorded" });
		this.#loop.wake("record");
	}
	#uploadsChanged() {
		this.#board.refresh();
		this.#channel.post({ type: "uploads" });
	}
	#hear(message) {
		if (message.type === "changed") for (const listener of this.#changeListeners) listener(message.keys);
		if (message.type === "uploads") this.uploads.tell();
		if (message.type === "leader") this.#board.follow(message.part);
		else this.#board.refresh();
		if (this.#leading && message.type === "recorded") this.#loop.wake("record");
		if (this.#leading && message.type === "sync") this.#loop.wake("user");
	}
};
// src/leader.ts
/**
* The same promise within one process, for Node and for tests; engines that share it are tabs of one device.
*/
function processLock() {
	const held = /* @__PURE__ */ new Set();
	const queues = /* @__PURE__ */ new Map();
	function release(name) {
		held.delete(name);
		queues.get(name)?.shift()?.();
	}
	async function run(name, work) {
		held.add(name);
		try {
			await work();
		} finally {
			release(name);
		}
	}
	function waitFor(name, signal) {
		return new Promise((resolve) => {
			const queue = queues.get(name) ?? [];
			queues.set(name, queue);
			const turn = () => resolve();
			queue.push(turn);
			const leave = () => {
				const place = queue.indexOf(turn);
				if (place >= 0) queue.splice(place, 1);
				resolve();
			};
			signal.addEventListener("abort", leave, { once: true });
		});
	}
	return {
		async hold(name, signal, work) {
			while (held.has(name) && !signal.aborted) await waitFor(name, signal);
			if (!signal.aborted) await run(name, work);
		},
		async attempt(name, work) {
			if (held.has(name)) return false;
			await run(name, work);
			return true;
		}
	};
}
// src/stores/store.ts
function orderOf(indexes, key, document) {
	return indexes[key.kind]?.order?.(document) ?? key.id;
}
function refsOf(indexes, key, document) {
	return (indexes[key.kind]?.refs?.(document) ?? []).map((ref) => `${key.kind}|${ref}`);
}
/** IndexedDB's own order of keys: numbers before texts, texts by UTF-16 code units. */
function compareOrder(a, b) {
	if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
	return a < b ? -1 : a > b ? 1 : 0;
}
function databaseName(userId) {
	return `cairn-${userId}`;
}
// src/stores/memory.ts
/**
* A store in memory, for Node and for tests: it clones like IndexedDB does, so that nothing is shared by
* accident.
*/
function emptyTables() {
	const [documents, outbox, uploads, blobs] = [
		/* @__PURE__ */ new Map(),
		/* @__PURE__ */ new Map(),
		/* @__PURE__ */ new Map(),
		/* @__PURE__ */ new Map()
	];
	return {
		state: void 0,
		documents,
		buckets: [],
		outbox,
		uploads,
		blobs
	};
}
var MemoryStore = class {
	userId;
	indexes;
	#tables = emptyTables();
	#last = Promise.resolve();
	name;
	constructor(userId, indexes = {}) {
		this.userId = userId;
		this.indexes = indexes;
		this.name = databaseName(userId);
	}
	transaction(work) {
		const turn = this.#last.then(async () => {
			const copy = copyTables(this.#tables);
			const result = await work(new MemoryTransaction(copy));
			this.#tables = copy;
			return result;
		});
		this.#last = turn.catch(() => void 0);
		return turn;
	}
	async get(kind, id) {
		const document = this.#tables.documents.get(keyOf({
			kind,
			id
		}))?.document;
		return document ? structuredClone(document) : void 0;
	}
	async list(kind, options = {}) {
		const rows = this.#visible(kind, options.ref).map((row) => ({
			order: orderOf(this.indexes, row, row.document),
			row
		})).sort((a, b) => compareOrder(a.order, b.order) || compareOrder(a.row.id, b.row.id));
		if (options.reverse) rows.reverse();
		const from = options.offset ?? 0;
		return rows.slice(from, from + (options.limit ?? rows.length)).map(({ row }) => structuredClone(row.document));
	}
	async count(kind, ref) {
		return this.#visible(kind, ref).length;
	}
	async entriesTouching(id) {
		const entries = [...this.#tables.outbox.values()].sort((a, b) => a.seq - b.seq);
		return structuredClone(entries.filter((entry) => entry.touches.some((key) => key.id === id)));
	}
	async wipe() {
		await this.#last;
		this.#tables = emptyTables();
	}
	async close() {}
	#visible(kind, ref) {
		const wanted = ref === void 0 ? void 0 : `${kind}|${ref}`;
		return [...this.#tables.documents.values()].filter((row) => {
			if (row.kind !== kind || !row.document) return false;
			return wanted === void 0 || refsOf(this.indexes, row, row.document).includes(wanted);
		});
	}
};
/** Rows are replaced, never changed in place, so a copy of the maps is a copy of the tables. */
function copyTables(tables) {
	return {
		state: tables.state,
		documents: new Map(tables.documents),
		buckets: tables.buckets,
		outbox: new Map(tables.outbox),
		uploads: new Map(tables.uploads),
		blobs: new Map(tables.blobs)
	};
}
var MemoryTransaction = class {
	tables;
	constructor(tables) {
		this.tables = tables;
	}
	async state() {
		return structuredClone(this.tables.state);
	}
	async putState(state) {
		this.tables.state = structuredClone(state);
	}
	async documents(keys) {
		return keys.map((key) => structuredClone(this.tables.documents.get(keyOf(key))));
	}
	async putDocuments(rows) {
		for (const row of rows) this.tables.documents.set(keyOf(row), structuredClone(row));
	}
	async deleteDocuments(keys) {
		for (const key of keys) this.tables.documents.delete(keyOf(key));
	}
	async countDocuments() {
		return this.tables.documents.size;
	}
	async documentsInBucket(bucket) {
		return structuredClone([...this.tables.documents.values()].filter((row) => row.buckets.includes(bucket)));
	}
	async countInBucket(bucket) {
		return [...this.tables.documents.values()].filter((row) => row.buckets.includes(bucket)).length;
	}
	async documentsBefore(generation) {
		return structuredClone([...this.tables.documents.values()].filter((row) => row.generation < generation));
	}
	async buckets() {
		return structuredClone(this.tables.buckets);
	}
	async putBuckets(rows) {
		this.tables.buckets = structuredClone(rows);
	}
	async entries() {
		return structuredClone([...this.tables.outbox.values()].sort((a, b) => a.seq - b.seq));
	}
	async entriesIn(state, limit = Infinity) {
		return (await this.entries()).filter((entry) => entry.state === state).slice(0, limit);
	}
	async countIn(state) {
		return [...this.tables.outbox.values()].filter((entry) => entry.state === state).length;
	}
	async unsettledEntries() {
		return (await this.entries()).filter((entry) => !entry.settled);
	}
	async entry(seq) {
		return structuredClone(this.tables.outbox.get(seq));
	}
	async putEntries(entries) {
		for (const entry of entries) this.tables.outbox.set(entry.seq, structuredClone(entry));
	}
	async deleteEntries(seqs) {
		for (const seq of seqs) this.tables.outbox.delete(seq);
	}
	async uploads() {
		return structuredClone([...this.tables.uploads.values()]);
	}
	async upload(id) {
		return structuredClone(this.tables.uploads.get(id));
	}
	async putUpload(row) {
		this.tables.uploads.set(row.id, structuredClone(row));
	}
	async deleteUpload(id) {
		this.tables.uploads.delete(id);
	}
	async blob(id) {
		return this.tables.blobs.get(id);
	}
	async putBlob(id, blob) {
		this.tables.blobs.set(id, blob);
	}
	async deleteBlob(id) {
		this.tables.blobs.delete(id);
	}
};
// src/transport.ts
/** The way to the server: requests with a time limit, and refusals by code. */
const TIMEOUT_MS = 3e4;
const LONGEST_RETRY_AFTER_MS = 36e5;
function createTransport(options = {}) {
	const { baseUrl = "", clock = systemClock, timeoutMs = TIMEOUT_MS } = options;
	const send = options.fetch ?? ((input, init) => fetch(input, init));
	async function request(path, wanted) {
		const token = options.token?.();
		const headers = {
			...wanted.headers,
			...token ? { Authorization: `Bearer ${token}` } : {}
		};
		const { method, body } = wanted;
		const limit = wanted.timeoutMs ?? timeoutMs;
		const response = await within(clock, limit, wanted.signal, (signal) => send(new URL(path, baseUrl || globalThis.location?.origin).href, {
			method,
			headers,
			body,
			signal,
			credentials: "same-origin",
			cache: "no-store"
		}));
		if (response.ok) return response;
		throw await refusal(response, clock);
	}
	async function call(path, message, isAnswer) {
		const response = await request(path, {
			method: "POST",
			headers: {
				"Content-Type": "application/json",
				Accept: "application/json"
			},
			body: JSON.stringify(message)
		});
		const answer = await within(clock, timeoutMs, void 0, () => response.json());
		if (!isAnswer(answer)) throw new ConnectionLost(`${path} answered in another shape`);
		return answer;
	}
	return {
		hello: (message) => call("/sync/hello", message, isHelloAnswer),
		push: (message) => call("/sync/push", message, isPushAnswer),
		pull: (message) => call("/sync/pull", message, isPullAnswer),
		request
	};
}
/** Runs `work` and turns whatever stops it, the time limit too, into `ConnectionLost`. */
async function within(clock, limitMs, outer, work) {
	const inner = new AbortController();
	let cancel = () => {};
	let stop = () => {};
	const stopped = new Promise((_, reject) => {
		stop = () => {
			inner.abort();
			reject(new ConnectionLost("aborted"));
		};
		cancel = clock.after(limitMs, stop);
	});
	stopped.catch(() => void 0);
	if (outer?.aborted) stop();
	outer?.addEventListener("abort", stop, { once: true });
	try {
		return await Promise.race([work(inner.signal), stopped]);
	} catch (error) {
		throw error instanceof ConnectionLost ? error : new ConnectionLost(String(error));
	} finally {
		cancel();
		outer?.removeEventListener("abort", stop);
	}
}
/** A refusal by the code of its body; a body that is not ours (a proxy's page) is named after its status. */
async function refusal(response, clock) {
	const body = await response.json().catch(() => null);
	const { code, params } = typeof body === "object" && body !== null ? body : {};
	const known = typeof code === "string" ? code : codeOf(response.status);
	const details = typeof params === "object" && params !== null ? params : {};
	return new Refused(response.status, known, {
		...details,
		...flat(body)
	}, retryAfterMs(response, clock));
}
/**
* Some refusals carry their value beside the code (`{"code":"sequence_gap","last_seq":41}`): both places are
* read.
*/
function flat(body) {
	if (typeof body !== "object" || body === null) return {};
	const { last_seq, epoch, min_schema } = body;
	return Object.fromEntries(Object.entries({
		last_seq,
		epoch,
		min_schema
	}).filter(([, value]) => value !== void 0));
}
const CODES = {
	401: "session_ended",
	413: "too_large",
	422: "malformed",
	426: "upgrade_required",
	429: "too_many_requests",
	503: "unavailable"
};
function codeOf(status) {
	return CODES[status] ?? `http_${status}`;
}
/** `Retry-After` in seconds or as a date, in milliseconds from now and never above an hour. */
function retryAfterMs(response, clock) {
	const header = response.headers.get("Retry-After");
	if (header === null) return null;
	const delay = /^\d+$/.test(header.trim()) ? Number(header) * 1e3 : Date.parse(header) - clock.now();
	return Number.isNaN(delay) ? null : Math.min(Math.max(delay, 0), LONGEST_RETRY_AFTER_MS);
}
// entry.ts
/** The app of November 2026 without its screens: the engine, and an outbox that was full when the phone was put away. */
const [storage, baseUrl, token, user, fill] = process.argv.slice(2);
const { state, outbox } = JSON.parse(readFileSync(storage, "utf8"));
const names = outbox.map(({ name }) => name);
const store = new MemoryStore(user);
await store.transaction(async (tx) => {
	await tx.putState({
		...firstState(state.device, 1),
		...state
	});
	await tx.putEntries(outbox);
});
const engine = new Engine({
	store,
	transport: createTransport({
		baseUrl,
		token: () => token
	}),
	handlers: {},
	versions: Object.fromEntries(names.map((name) => [name, 1])),
	clock: systemClock,
	random: systemRandom,
	lock: processLock(),
	app: "cairn-pwa 0.1.0 (2026-11)",
	schema: 1,
	platform: "test",
	deviceName: "a phone that was put away",
	surroundings: () => () => void 0
});
const about = outbox.find(({ name }) => name === "notes.add").args.about;
for (let i = outbox.length; i < Number(fill); i++) await engine.record("notes.add", {
	id: uuidv7(),
	about,
	text: `note ${i}`
});
await engine.syncNow();
const entries = await store.transaction((tx) => tx.entries());
const documents = await Promise.all([
	"account",
	"visit",
	"note"
].map((kind) => engine.count(kind)));
const { phase, error } = engine.status();
console.log(JSON.stringify({
	phase,
	error,
	documents,
	entries: entries.map(({ seq, name, state, receipt }) => ({
		seq,
		name,
		state,
		receipt
	}))
}));
await engine.close();
export {};
