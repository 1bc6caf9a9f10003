// Generated from api/openapi.json by scripts/openapi.ts; do not edit.

import type { AmountInput } from './amounts.ts'
import type { Instant } from './query.ts'

export type AcceptDispute = Record<string, never>;
export type Account = {
    /** The id of the account. */
    id: string;
    /** The code of the account, unique in its book. */
    code: string;
    /** The one asset the account counts. */
    asset: string;
    /**
     * A frozen account takes part in no new transfer until it is unfrozen; a closed one never again.
     */
    state: "open" | "frozen" | "closed";
    /** The least the available balance may become; null: no limit. */
    min_available: bigint | null;
    /** The most that posted plus pending_in may become; null: no limit. */
    max_balance: bigint | null;
    /** What came in minus what went out. */
    posted: bigint;
    /** Held by pending transfers that would go out. */
    pending: bigint;
    /** Held by pending transfers that would come in. */
    pending_in: bigint;
    /** posted minus pending: what may still be moved out, down to min_available. */
    available: bigint;
    /** Counts what happened on the account: every entry and every change of its settings. */
    version: number;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
    /**
     * Format: date-time
     * When the account was opened.
     */
    created_at: string;
};
/** What must hold of an account; all of it, or nothing is moved. */
export type AccountCondition = {
    /** Refuse with `condition_not_met` unless the version of the account is this. */
    version?: number;
    /** The posted balance before the transfer is at least this. */
    posted_min?: AmountInput;
    /** The posted balance before the transfer is at most this. */
    posted_max?: AmountInput;
    /** The available balance before the transfer is at least this. */
    available_min?: AmountInput;
    /** The available balance before the transfer is at most this. */
    available_max?: AmountInput;
};
/** Something happened to an account; `data` is the account right after it. */
export type AccountEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the account.
     */
    type: "account.created" | "account.updated" | "account.frozen" | "account.unfrozen" | "account.closed";
    data: Account;
};
export type ActOnCase = {
    /** The revision of the case that you have read. If it has changed since, the action is refused. */
    revision?: number;
};
/** `force` takes `outcome` and `evidence`, `reassign` takes `owner`, `note` and `write_off` take `text`. */
export type ActOnCases = {
    /** The cases, each once, with the revision that you have read. */
    cases: readonly {
        /** The id of a case. */
        id: string;
        /** The revision of the case that you have read. If it has changed since, the action is refused. */
        revision?: number;
    }[];
    /**
     * An action on the case.
     */
    action: "retry" | "inquire" | "force" | "reverse" | "write_off" | "reassign" | "note";
    /**
     * The outcome that an operator has seen outside.
     */
    outcome?: "succeeded" | "failed";
    /** The source of the outcome, with its date: a line of a statement, an answer of the rail. */
    evidence?: string;
    /** The operator who works on the case: any name that operators agree on. */
    owner?: string;
    /** The note. */
    text?: string;
};
export type ActedOnCases = {
    /** The result of each case, in the order of the request. */
    data: readonly {
        /** The id of the case. */
        id: string;
        /** Why the action was refused, or `internal_error` when the server failed to do it; null: it was accepted. */
        code: string | null;
        /** The refusal or failure for operators; null: the action was accepted. */
        detail: string | null;
    }[];
};
export type ApiKey = {
    /** The id of the key, which is not its text. */
    id: string;
    /** The id of the book. */
    book: string;
    /** Lower-case letters, digits, `-` and `_`; up to 24. */
    book_code: string;
    /**
     * What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key. Null for a key that was made with a list of permissions.
     */
    scope: "read" | "write" | "admin" | "operator" | null;
    /** Everything that the key may do. */
    permissions: readonly Permission[];
    /** Who or what uses the key. */
    name: string;
    /** Addresses and blocks from which alone it may be used; null: from everywhere. */
    allowed_addresses: readonly string[] | null;
    /**
     * Format: date-time
     * When the key was made.
     */
    created_at: string;
    /**
     * Format: date-time
     * When the key was last seen, to within a minute or two.
     */
    last_used_at: string | null;
    /**
     * Format: date-time
     * When the key was revoked; null while it is in force.
     */
    revoked_at: string | null;
};
/** A request that waits for a second person. */
export type Approval = {
    /** The id of the approval. */
    id: string;
    /**
     * `open` waits for a second person. `approved` waits for who asked to carry it out. `done`: it was. `lapsed`: it waited too long for either.
     */
    state: "open" | "approved" | "rejected" | "withdrawn" | "done" | "lapsed";
    /** The operation of the API. */
    operation: string;
    /** Of the request that waits. */
    method: string;
    /** Of the request that waits, with its query. */
    path: string;
    /** The body of the request that waits, byte for byte; empty when there is none. */
    body: string;
    asked_by: ApprovalAsker;
    /**
     * Format: date-time
     * When it was asked for.
     */
    asked_at: string;
    /**
     * Format: date-time
     * When it lapses, unless it is carried out before.
     */
    lapses_at: string;
    /** Who approved or rejected it. */
    decided_by: Approver | null;
    /**
     * Format: date-time
     * When it was approved or rejected.
     */
    decided_at: string | null;
};
export type ApprovalAsker = {
    /**
     * What asks.
     */
    kind: "person" | "client" | "key" | "service";
    /** Its id. */
    id: string;
    /** Its name at that time. */
    name: string;
};
export type ApprovalRules = {
    /** Acts that need one of these wait for a second person. With any, keys:manage, clients:manage, people:manage, approvals:manage always do. None: nothing waits. */
    permissions: readonly ("keys:manage" | "clients:manage" | "people:manage" | "approvals:manage" | "ledger:manage" | "vendors:manage" | "disputes:write" | "personal_data:erase")[];
    /** After how many hours what waits lapses; 72 by default. */
    lapse_hours: number;
};
export type Approver = {
    /** The id of the person. */
    id: string;
    /** Their name at that time. */
    name: string;
};
export type Asset = {
    /** The code of the asset. */
    code: string;
    /** How many decimals lie between the major and the minor unit: 2 for USD, 0 for JPY. */
    scale: number;
    /** The name of the asset. */
    name: string;
    /**
     * A currency of ISO 4217, which every book has, or an asset of this book.
     */
    kind: "iso4217" | "custom";
};
export type AuditActor = {
    /**
     * What acted.
     */
    kind: "person" | "client" | "key" | "service";
    /** Its id. */
    id: string;
    /** Its name at that time; null in rows of earlier releases. */
    name: string | null;
};
/** A row of the log of acts: a change, or a reading of personal data. */
export type AuditedAct = {
    /** Its place in the log, without gaps. */
    number: number;
    /**
     * Format: date-time
     * When, by the clock of the database.
     */
    recorded_at: string;
    /** Who acted; null: the program itself. */
    actor: AuditActor | null;
    /** What was done. */
    action: string;
    /** The id or the name of what it was done to. */
    subject: string;
    /** The book; null: of all books, or a row of an earlier release. */
    book: string | null;
    /** The address from which the call came. */
    address: string | null;
    /** The `Request-Id` of the call. */
    request_id: string | null;
    /** The permissions that the call needed. */
    permission: string | null;
    /** What gave them to the actor. */
    authority: string | null;
    /** The fields that changed, as they were; null: there was nothing. */
    before: unknown;
    /** The same fields afterward; null: there is nothing any more. */
    after: unknown;
    /** What is no field of the subject. */
    details: unknown;
    /** The text that is hashed. It repeats the fields above. */
    content: string;
    /** SHA-256 of the bytes of `previous_hash`, and then of `content` in UTF-8. */
    hash: string;
    /** The hash of the act before, of whatever book; null: this is the first one. */
    previous_hash: string | null;
};
export type Balance = {
    /** The account. */
    account: string;
    /** The code of the account. */
    code: string;
    /** The asset of the account. */
    asset: string;
    /** What had come in minus what had gone out. */
    posted: bigint;
    /** Held to go out. */
    pending: bigint;
    /** Held to come in. */
    pending_in: bigint;
    /** posted minus pending. */
    available: bigint;
    /** Counts what happened on the account: every entry and every change of its settings. */
    version: number;
    /**
     * Format: date-time
     * The time asked for; null: now.
     */
    at: string | null;
};
export type Book = {
    /** The id of the book. */
    id: string;
    /** Lower-case letters, digits, `-` and `_`; up to 24. */
    code: string;
    /** The name of the book. */
    name: string | null;
    /**
     * Format: date-time
     * When the book was opened.
     */
    created_at: string;
};
export type CallbackReceived = {
    /** @constant */
    received: true;
};
export type CancelOrRefund = Record<string, never>;
export type CancelOrRefundAnswer = {
    payment: Payment;
    /** The refund of what had been captured; null when nothing has been captured yet. */
    refund: Refund | null;
    /**
     * `cancel`: nothing had been captured. `refund`: what had been captured is refunded. `refund_when_captured`: a capture is under way. If it succeeds, it is refunded; the same request under another key then names the refund. If it fails, the payment is canceled.
     */
    effect: "cancel" | "refund" | "refund_when_captured";
};
export type CancelOrder = Record<string, never>;
export type CancelPayment = Record<string, never>;
export type CancelPayout = Record<string, never>;
export type Capture = {
    /** The id of the capture. */
    id: string;
    /** The payment of which it is a part. */
    payment: string;
    /**
     * Whether the money has been moved.
     */
    state: "processing" | "succeeded" | "failed";
    /** Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide. */
    reason: string | null;
    /** What is captured, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string;
    /** Whether what remains of the authorization is released. */
    final: boolean;
    /**
     * Format: date-time
     * When it was asked for.
     */
    created_at: string;
};
export type CapturePayment = {
    /** A part, when not all that is held is to be captured. */
    amount?: AmountInput;
    /** Whether what remains is released; true when not given. `false`: more captures may follow. */
    final?: boolean;
};
export type Case = {
    /** The id of the case. */
    id: string;
    /**
     * The queue of the case.
     */
    queue: "payments" | "rails" | "disputes";
    /**
     * Whether it still needs an operator.
     */
    state: "open" | "resolved";
    subject: CaseSubject;
    /**
     * Why an operator is needed. The manual of cases explains each reason.
     */
    reason: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "incoming_credit" | "credit_retracted" | "stranded" | "event_unread" | "statement_refused" | "answer_due" | "bank_decides" | "give_back_refused";
    /** What happened, for operators. */
    detail: string;
    /** The attempt at a rail that it is about; null when there is none, or several. Its id is the idempotency key that the rail got. */
    attempt: string | null;
    /** What an action on it moves or settles now, in minor units of `asset`; null when that is nothing, or not known. */
    amount: bigint | null;
    /** The asset of the amount. */
    asset: string | null;
    /** What resolves the case without an action. Empty when only a newer server knows the reason. */
    closes_when: string;
    /** Grows whenever the case, or another one of the same subject, changes. Send it with an action on the subject. */
    revision: number;
    /**
     * How soon to look at it, compared with cases of the same age.
     */
    priority: "high" | "normal" | "low";
    /**
     * Format: date-time
     * Open since.
     */
    since: string;
    /** How long it has been open, or was. */
    age_seconds: number;
    /**
     * Format: date-time
     * When it becomes overdue.
     */
    due_at: string;
    /** Whether it is open and was due. */
    overdue: boolean;
    /** The operator who works on it; null: no one yet. */
    owner: string | null;
    /** Whether a newer case of the same subject comes first. Until that is resolved, no action is allowed. */
    waiting: boolean;
    /** The actions that are allowed in this state. */
    actions: readonly ("retry" | "inquire" | "force" | "reverse" | "write_off" | "reassign" | "note")[];
    /** The outcomes that `force` may state; empty when `force` is not allowed. */
    outcomes: readonly ("succeeded" | "failed")[];
    /** Whether an action is being carried out; until it ends, no other is allowed. */
    acting: boolean;
    /** The last action. */
    last_action: string | null;
    /** The evidence for a forced outcome. */
    evidence: string | null;
    /** The person, API key or client that has proposed an action, which waits for another one. */
    proposed_by: string | null;
    /** That action. */
    proposed_act: string | null;
    /**
     * Format: date-time
     * When it was resolved.
     */
    resolved_at: string | null;
    /** How it ended: the last action; `settled`: without one; `replaced`: a case of another reason goes on from it. Null while it is open. */
    resolution: string | null;
};
export type CaseAct = {
    /**
     * Format: date-time
     * When.
     */
    at: string;
    /** The person, API key or client of the operator. */
    by: string;
    /**
     * An action on the case.
     */
    action: "retry" | "inquire" | "force" | "reverse" | "write_off" | "reassign" | "note";
    /** The evidence, the new owner or the note. */
    text: string | null;
};
export type CaseSubject = {
    /**
     * The kind of the subject. `event`: a report of a rail that matches nothing known.
     */
    type: "payment" | "capture" | "refund" | "payout" | "saga" | "event" | "statement" | "dispute";
    /** Its public id; the id of an event is 32 hexadecimal digits. */
    id: string;
};
export type CaseWithActs = {
    /** The id of the case. */
    id: string;
    /**
     * The queue of the case.
     */
    queue: "payments" | "rails" | "disputes";
    /**
     * Whether it still needs an operator.
     */
    state: "open" | "resolved";
    subject: CaseSubject;
    /**
     * Why an operator is needed. The manual of cases explains each reason.
     */
    reason: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "incoming_credit" | "credit_retracted" | "stranded" | "event_unread" | "statement_refused" | "answer_due" | "bank_decides" | "give_back_refused";
    /** What happened, for operators. */
    detail: string;
    /** The attempt at a rail that it is about; null when there is none, or several. Its id is the idempotency key that the rail got. */
    attempt: string | null;
    /** What an action on it moves or settles now, in minor units of `asset`; null when that is nothing, or not known. */
    amount: bigint | null;
    /** The asset of the amount. */
    asset: string | null;
    /** What resolves the case without an action. Empty when only a newer server knows the reason. */
    closes_when: string;
    /** Grows whenever the case, or another one of the same subject, changes. Send it with an action on the subject. */
    revision: number;
    /**
     * How soon to look at it, compared with cases of the same age.
     */
    priority: "high" | "normal" | "low";
    /**
     * Format: date-time
     * Open since.
     */
    since: string;
    /** How long it has been open, or was. */
    age_seconds: number;
    /**
     * Format: date-time
     * When it becomes overdue.
     */
    due_at: string;
    /** Whether it is open and was due. */
    overdue: boolean;
    /** The operator who works on it; null: no one yet. */
    owner: string | null;
    /** Whether a newer case of the same subject comes first. Until that is resolved, no action is allowed. */
    waiting: boolean;
    /** The actions that are allowed in this state. */
    actions: readonly ("retry" | "inquire" | "force" | "reverse" | "write_off" | "reassign" | "note")[];
    /** The outcomes that `force` may state; empty when `force` is not allowed. */
    outcomes: readonly ("succeeded" | "failed")[];
    /** Whether an action is being carried out; until it ends, no other is allowed. */
    acting: boolean;
    /** The last action. */
    last_action: string | null;
    /** The evidence for a forced outcome. */
    evidence: string | null;
    /** The person, API key or client that has proposed an action, which waits for another one. */
    proposed_by: string | null;
    /** That action. */
    proposed_act: string | null;
    /**
     * Format: date-time
     * When it was resolved.
     */
    resolved_at: string | null;
    /** How it ended: the last action; `settled`: without one; `replaced`: a case of another reason goes on from it. Null while it is open. */
    resolution: string | null;
    /** The newest 100 actions of operators, oldest first. */
    acts: readonly CaseAct[];
    /** Whether there are older actions. `GET /v1/cases/{id}/acts` lists all. */
    has_more_acts: boolean;
};
export type ChallengeDispute = {
    /** Texts and files for the bank. */
    evidence: readonly (EvidenceText | EvidenceFile)[];
};
export type ChangeAccount = {
    /** The new lower limit of the available balance; null for none. It may be above what is there now. */
    min_available?: AmountInput | null;
    /** The new upper limit of the balance; null for none. */
    max_balance?: AmountInput | null;
    /** Replaces all metadata of the account. */
    metadata?: {
        [key: string]: string;
    };
    /** Refuse with `condition_not_met` unless the version of the account is this. */
    version?: number;
};
export type ChangeAccountState = {
    /** Refuse with `condition_not_met` unless the version of the account is this. */
    version?: number;
};
export type ChangeItem = {
    /** What people call it. */
    name?: string;
    /** The price of one, in minor units. */
    price?: AmountInput;
    /** How many can be reserved from now on. */
    stock?: number;
    /** How many come in, or with a minus go out. It is safe while orders come in; `stock` is not. */
    stock_change?: number;
};
export type ChangeOauthClient = {
    /** Which program this is. */
    name?: string;
    /** What the client may do: the permissions that its tokens have. */
    permissions?: readonly Permission[];
    /** Public keys of the client, as a JWK set: it then signs assertions (`private_key_jwt`) and has no secret. RSA from 2,048 bits, P-256, P-384, Ed25519; `kid` and `alg` up to 100 characters, the set up to 16 KiB. */
    jwks?: {
        keys: readonly {
            kty: string;
        }[];
    };
    /** Addresses and blocks from which alone it may be used; null: from everywhere. */
    allowed_addresses?: readonly string[] | null;
};
export type ChangePerson = {
    /** What the person is called. */
    name?: string;
    /**
     * What the person may do, as a set of permissions. In one book, without those of the installation.
     */
    role?: "viewer" | "analyst" | "operations" | "approver" | "administrator";
};
export type ChangeVendor = {
    /** The name of the vendor. */
    name?: string | null;
    /**
     * The lane of its work from now on.
     */
    lane?: "instant" | "standard" | "bulk";
    /** Within which time work of the vendor is to be begun, in milliseconds. */
    sla_ms?: number;
    /** The most pieces of work that one process has in flight; null: the lane's own ceiling. */
    in_flight_max?: number | null;
};
export type Checkout = {
    /** The id of the saga. */
    id: string;
    /**
     * Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
     */
    coordinator: "orchestrated" | "choreographed";
    /**
     * `reversing`: what was done is being compensated. `stuck`: that did not work, and an operator has to decide.
     */
    state: "running" | "reversing" | "completed" | "reversed" | "stuck";
    /** Why it goes or went back. */
    reason: string | null;
    /** In the order of the actions. */
    steps: readonly {
        /** The name of the step. */
        name: string;
        /**
         * `acting`, `compensating`: under way. `refused`: it said no. `compensated`: undone. `failed`: it could not be compensated, and has a case. `canceled`: it never began.
         */
        state: "pending" | "acting" | "done" | "refused" | "compensating" | "compensated" | "failed" | "canceled";
        /** Why it was refused, or has failed. */
        reason: string | null;
    }[];
};
/** A reader of the events of all books, inside the program. */
export type Consumer = {
    /** The name of the consumer. */
    name: string;
    /** What it does. */
    about: string;
    /**
     * `failing`: the last try failed. It is repeated, and no event is passed over.
     */
    state: "running" | "failing" | "paused";
    /** Why the last try failed. */
    fault: string | null;
    /**
     * Format: date-time
     * Since when all tries have failed.
     */
    faulty_since: string | null;
    /**
     * Format: date-time
     * When an operator paused it.
     */
    paused_at: string | null;
    /** Events of all books that it has not handled. */
    lag_events: number;
    /** Age of the oldest of them. */
    lag_seconds: number;
    /** The last event of this book that it has handled; 0: none. */
    position: bigint;
    /** The last event of this book. */
    last_position: bigint;
};
export type ConsumersAnswer = {
    data: readonly Consumer[];
};
export type CountedDay = {
    /** The day, in UTC. */
    day: string;
    /**
     * What happened, as in the events.
     */
    type: "payment.created" | "payment.succeeded" | "payment.failed" | "payment.canceled" | "refund.succeeded" | "refund.failed" | "payout.succeeded" | "payout.failed";
    /** How often. */
    count: bigint;
    /** The amounts together, in minor units. */
    amount: bigint;
};
export type CreateAccount = {
    /** An id of your own making (`acc_` and a UUIDv7 in base32). Sending it twice opens one account. */
    id?: string;
    /** The code of the account: unique in its book, not of the form of an account id. */
    code: string;
    /** The one asset the account counts: an ISO 4217 currency or a custom asset of the book. */
    asset: string;
    /** The least the available balance may become. 0 when not given; negative for an overdraft; null for no limit. */
    min_available?: AmountInput | null;
    /** The most that posted plus pending_in may become. No limit when null or not given. */
    max_balance?: AmountInput | null;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
};
export type CreateAccountResult = {
    /** 201: opened. 200: the same had been opened before. 4xx: refused. */
    status: number;
    account?: Account;
    error?: ItemError;
};
export type CreateAccounts = {
    /** The accounts to open, each for itself, in this order. */
    accounts: readonly CreateAccount[];
};
export type CreateAccountsAnswer = {
    /** What became of each, at the index it was sent at. */
    results: readonly CreateAccountResult[];
};
export type CreateApiKey = {
    /** Id or code; by default the book the request acts in. */
    book?: string;
    /**
     * What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key. Needed unless `permissions` are given.
     */
    scope?: "read" | "write" | "admin" | "operator";
    /** Instead of `scope`: exactly what the key may do. */
    permissions?: readonly Permission[];
    /** Who or what uses the key. */
    name: string;
    /** Addresses and blocks, of IPv4 and IPv6, from which alone it may be used; by default from everywhere. Behind a gateway, the address is that of its client. */
    allowed_addresses?: readonly string[];
};
export type CreateAsset = {
    /** The code of the asset: none of ISO 4217. */
    code: string;
    /** How many decimals lie between the major and the minor unit: 2 for USD, 0 for JPY. */
    scale: number;
    /** The name of the asset. */
    name: string;
};
export type CreateBook = {
    /** Lower-case letters, digits, `-` and `_`; up to 24. */
    code: string;
    /** The name of the book. */
    name?: string;
};
/** One of the three. */
export type CreateErasure = {
    /** The payment whose personal data is erased. */
    payment?: string;
    /** The payout whose personal data is erased. */
    payout?: string;
    /** The account: all its payments and payouts, by its id or its code. */
    account?: string;
};
export type CreateItem = {
    /** Your own name for it; no two items of a book have the same. */
    code: string;
    /** What people call it. */
    name: string;
    /** The asset of its price. */
    asset: string;
    /** The price of one, in minor units. */
    price: AmountInput;
    /** How many can still be reserved. */
    stock?: number;
};
export type CreateOauthClient = {
    /** Id or code; by default the book the request acts in. */
    book?: string;
    /** Which program this is. */
    name: string;
    /** What the client may do: the permissions that its tokens have. */
    permissions: readonly Permission[];
    /** Public keys of the client, as a JWK set: it then signs assertions (`private_key_jwt`) and has no secret. RSA from 2,048 bits, P-256, P-384, Ed25519; `kid` and `alg` up to 100 characters, the set up to 16 KiB. */
    jwks?: {
        keys: readonly {
            kty: string;
        }[];
    };
    /** A DNS name in the certificate of the client: it then proves itself by mutual TLS (`tls_client_auth`), and its tokens are bound to its certificate (RFC 8705). */
    certificate_dns_name?: string;
    /** Where people are sent back to who log in through the client, compared exactly. With none, the client is for programs only. */
    redirect_uris?: readonly string[];
    /** Addresses and blocks, of IPv4 and IPv6, from which alone it may be used; by default from everywhere. Behind a gateway, the address is that of its client. */
    allowed_addresses?: readonly string[];
    /** Whether it runs on the machines of people, and has no secret. It needs `redirect_uris`. */
    public?: boolean;
};
export type CreateOrder = {
    /** What is ordered; each item once. */
    lines: readonly CreateOrderLine[];
    /** Where the money comes from: an account of the book, or a rail and an instrument. */
    source: WalletSource | RailSourceInput;
    /** The account that is paid, by its id or its code. */
    destination: string;
    /**
     * `manual`: the money is held first, and moved by captures.
     */
    capture?: "automatic" | "manual";
    /**
     * Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
     */
    coordinator?: "orchestrated" | "choreographed";
    /** Whose business it is: a vendor's code. The vendor's policy chooses the lane. */
    vendor?: string;
    /** The client's own reference; no two of a book have the same. */
    reference?: string;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
};
export type CreateOrderLine = {
    /** The item, by its id or its code. */
    item: string;
    /** How many of it. */
    quantity: number;
};
export type CreatePayment = {
    /** Minor units (cents for USD), as an integer or a digit string. */
    amount: AmountInput;
    /** The asset of the amounts. */
    asset: string;
    /** Where the money comes from: an account of the book, or a rail and an instrument. */
    source: WalletSource | RailSourceByKind;
    /** The one account that gets the amount, less the fee; instead of `destinations`, by its id or its code. */
    destination?: string;
    /** The shares of several accounts; with the fee they add up to the amount. */
    destinations?: readonly ShareInput[];
    fee?: ShareInput;
    /**
     * `manual`: the money is held first, and moved by captures.
     */
    capture?: "automatic" | "manual";
    /** Over a rail: whether it may approve less, which is then the amount of the payment, in proportion for all who get a share. By default another amount is a case for an operator. */
    allow_partial?: boolean;
    party?: Party;
    /** A code of the rail's scheme for the purpose, such as `SALA`. */
    purpose?: string;
    /** Shown on the other party's statement, if the rail can. */
    descriptor?: string;
    /** Whose business it is: a vendor's code. The vendor's policy chooses the lane. */
    vendor?: string;
    /** The client's own reference; no two of a book have the same. */
    reference?: string;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
    /**
     * Format: date-time
     * With manual capture: when the authorization lapses at the latest. Of an automatic pay-in over a rail: until when it is wanted. If the rail takes the money later, it is returned.
     */
    expires_at?: string;
};
export type CreatePayout = {
    /** Minor units (cents for USD), as an integer or a digit string. */
    amount: AmountInput;
    /** The asset of the amounts. */
    asset: string;
    /** The account it is taken from, by its id or its code. */
    source: string;
    /** The rail it goes out over. */
    rail: string;
    /** What may carry it instead, in this order, when the rail is away or declines and another may do. */
    other_rails?: readonly string[];
    /** The payee's instrument: a token or address that the rail knows. */
    instrument: string | InstrumentByKind;
    party?: Party;
    /** A code of the rail's scheme for the purpose, such as `SALA`. */
    purpose?: string;
    /** Shown on the other party's statement, if the rail can. */
    descriptor?: string;
    /** Whose business it is: a vendor's code. The vendor's policy chooses the lane. */
    vendor?: string;
    /** The client's own reference; no two of a book have the same. */
    reference?: string;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
};
export type CreateRefund = {
    /** The payment to refund. */
    payment: string;
    /** A part; the whole rest when not given. */
    amount?: AmountInput;
    to?: RefundToWallet;
    /** Who pays for it; else the destinations and the fee in proportion to what each still has of it. */
    from?: readonly ShareInput[];
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
};
export type CreateTransfer = {
    /** An id of your own making (`trf_` and a UUIDv7 in base32). Sending it twice moves the money once. */
    id?: string;
    /** The account the money leaves, by its id or its code. */
    source: string;
    /** The account the money goes to, by its id or its code. */
    destination: string;
    /** Minor units (cents for USD), as an integer or a digit string. With `balancing`: the most to move. */
    amount: AmountInput;
    /** The asset of both accounts. */
    asset: string;
    /** Hold the amount now; post or void it later. */
    pending?: boolean;
    /**
     * Format: date-time
     * Only with `pending`: when the hold lapses by itself.
     */
    expires_at?: string;
    /**
     * Move as much as there is, up to `amount`: what the source can spare, or what the destination can take.
     */
    balancing?: "source" | "destination";
    /** The client's own reference; no two transfers of a book may have the same. */
    reference?: string;
    /**
     * Format: date-time
     * When the transfer counts from; now when not given, never in the future.
     */
    effective_at?: string;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
    /** What must hold of the two accounts for the transfer to be made. */
    conditions?: {
        source?: AccountCondition;
        destination?: AccountCondition;
    };
    /** Answer what would happen, and do nothing. */
    dry_run?: boolean;
};
export type CreateTransferItem = {
    /** An id of your own making (`trf_` and a UUIDv7 in base32). Sending it twice moves the money once. */
    id?: string;
    /** The account the money leaves, by its id or its code. */
    source: string;
    /** The account the money goes to, by its id or its code. */
    destination: string;
    /** Minor units (cents for USD), as an integer or a digit string. With `balancing`: the most to move. */
    amount: AmountInput;
    /** The asset of both accounts. */
    asset: string;
    /** Hold the amount now; post or void it later. */
    pending?: boolean;
    /**
     * Format: date-time
     * Only with `pending`: when the hold lapses by itself.
     */
    expires_at?: string;
    /**
     * Move as much as there is, up to `amount`: what the source can spare, or what the destination can take.
     */
    balancing?: "source" | "destination";
    /** The client's own reference; no two transfers of a book may have the same. */
    reference?: string;
    /**
     * Format: date-time
     * When the transfer counts from; now when not given, never in the future.
     */
    effective_at?: string;
    /** Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters. */
    metadata?: {
        [key: string]: string;
    };
    /** What must hold of the two accounts for the transfer to be made. */
    conditions?: {
        source?: AccountCondition;
        destination?: AccountCondition;
    };
};
export type CreateTransferResult = {
    /** 201: booked. 200: booked before under the same id, or a dry run. 4xx: refused. 503: the server could not continue a large batch that had neither an Idempotency-Key nor ids. */
    status: number;
    transfer?: Transfer;
    error?: ItemError;
};
export type CreateTransfers = {
    /** The transfers, decided in this order. */
    transfers: readonly CreateTransferItem[];
    /** All or nothing: one refusal refuses every transfer of the batch. */
    atomic?: boolean;
    /** Answer what would happen, and do nothing. */
    dry_run?: boolean;
};
export type CreateTransfersAnswer = {
    /** How many were booked by this request. */
    booked: number;
    /** How many had been booked before, under the same id. */
    replayed: number;
    /** How many were refused. */
    refused: number;
    /** What became of each, at the index it was sent at. */
    results: readonly CreateTransferResult[];
};
export type CreateVendor = {
    /** The code of the vendor, by which payments name it. */
    code: string;
    /** The name of the vendor. */
    name?: string;
    /**
     * The lane of its work; without it, the one that keeps `sla_ms`, or `standard`.
     */
    lane?: "instant" | "standard" | "bulk";
    /** Within which time work of the vendor is to be begun, in milliseconds. */
    sla_ms?: number;
    /** The most pieces of work of the vendor that one process has in flight. */
    in_flight_max?: number;
};
export type DataKey = {
    /** The number of the data key. */
    number: number;
    /**
     * `fields`: seals fields. `index`: finds texts that are stored as hashes; it stays the same.
     */
    purpose: "fields" | "index";
    /**
     * `coming`: used within a minute. `earlier`: opens what was sealed with it, until that is sealed again.
     */
    state: "coming" | "active" | "earlier";
    /** The id of the key that wraps it. */
    wrapped_by: string;
    /**
     * Format: date-time
     * When it was made.
     */
    created_at: string;
};
/** A piece of work that could not be done, kept until an operator replays or discards it. */
export type DeadLetter = {
    /** The id of the dead letter. */
    id: string;
    /**
     * The lane it was in.
     */
    lane: "rollback" | "instant" | "standard" | "bulk";
    /** What was to be done. */
    kind: string;
    /** The code of the vendor whose work it was. */
    vendor: string | null;
    /** What it is about. */
    subject: string;
    /** What it carried. */
    payload: unknown;
    /** How often it was tried. */
    attempts: number;
    /**
     * `permanent`: it can never succeed as it is. `exhausted`: it was tried too often.
     */
    cause: "permanent" | "exhausted";
    /** The code of what went wrong at the last try. */
    code: string;
    /** What went wrong at the last try. */
    reason: string;
    /**
     * Format: date-time
     * When it was enqueued.
     */
    enqueued_at: string;
    /**
     * Format: date-time
     * When it was given up.
     */
    died_at: string;
    /**
     * Format: date-time
     * When it was enqueued again; null while no one has.
     */
    replayed_at: string | null;
    /**
     * Format: date-time
     * When an operator discarded it, by `force` on its case; null while no one has.
     */
    discarded_at: string | null;
};
/** Open this link on the payer's device. */
export type DeepLinkAction = {
    /**
     * What to do.
     * @constant
     */
    type: "deep_link";
    /** Open this link on the payer's device. */
    url: string;
    /**
     * Format: date-time
     * Until when the payer may act. A payment that comes later is refunded.
     */
    expires_at: string;
};
/** Money that the payer's bank demands back. */
export type Dispute = {
    /** The id of the dispute. */
    id: string;
    /** The disputed payment. */
    payment: string;
    /** The disputed capture, if it is one. */
    capture: string | null;
    /** The attempt whose money is disputed. Null: an earlier version stored the dispute. */
    attempt: string | null;
    /** The rail that took the disputed money. */
    rail: string;
    /** The rail's own name of the dispute. */
    rail_reference: string;
    /** The disputed amount, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string | null;
    /**
     * `inquiry`: the bank asks, and takes nothing. `opened`: it demands the money. `challenged`: the evidence is with it. `pre_arbitration`: it disputes an answer, or its own decision. `won`: the money stays, or came back. `lost`, `accepted`, `expired`: the money is gone.
     */
    stage: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
    /**
     * Format: date-time
     * When it came to this stage, by the rail.
     */
    stage_at: string;
    /** The rail's own code of the reason. */
    reason_code: string | null;
    /**
     * The kind of reason, common to all rails.
     */
    category: "fraud" | "not_received" | "not_as_described" | "duplicate" | "canceled" | "processing_error" | "other" | null;
    /**
     * Format: date-time
     * An answer after this time is too late.
     */
    evidence_due_at: string | null;
    /** What the rail charges for the dispute, in minor units. Not part of the amount. */
    fee: bigint | null;
    /** Whether the rail has the money, and those who got it have paid it back. */
    held_back: boolean;
    /** Null: none is on its way. */
    answer: DisputeAnswer | null;
    /**
     * Format: date-time
     * When it was first reported.
     */
    created_at: string;
};
/** The answer at this stage, until the rail has confirmed it. */
export type DisputeAnswer = {
    /**
     * What is answered.
     */
    kind: "accept" | "challenge";
    /**
     * `pending`: the rail has not confirmed it yet. `refused`: the rail does not take it.
     */
    state: "pending" | "refused";
    /** Why the rail refused it. */
    why: string | null;
};
/** Something happened to a dispute; `data` is the dispute right after it. */
export type DisputeEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the dispute.
     */
    type: "dispute.inquiry" | "dispute.opened" | "dispute.challenged" | "dispute.pre_arbitration" | "dispute.won" | "dispute.lost" | "dispute.accepted" | "dispute.expired";
    data: Dispute;
};
export type DisputeWithEvidence = {
    /** The id of the dispute. */
    id: string;
    /** The disputed payment. */
    payment: string;
    /** The disputed capture, if it is one. */
    capture: string | null;
    /** The attempt whose money is disputed. Null: an earlier version stored the dispute. */
    attempt: string | null;
    /** The rail that took the disputed money. */
    rail: string;
    /** The rail's own name of the dispute. */
    rail_reference: string;
    /** The disputed amount, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string | null;
    /**
     * `inquiry`: the bank asks, and takes nothing. `opened`: it demands the money. `challenged`: the evidence is with it. `pre_arbitration`: it disputes an answer, or its own decision. `won`: the money stays, or came back. `lost`, `accepted`, `expired`: the money is gone.
     */
    stage: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
    /**
     * Format: date-time
     * When it came to this stage, by the rail.
     */
    stage_at: string;
    /** The rail's own code of the reason. */
    reason_code: string | null;
    /**
     * The kind of reason, common to all rails.
     */
    category: "fraud" | "not_received" | "not_as_described" | "duplicate" | "canceled" | "processing_error" | "other" | null;
    /**
     * Format: date-time
     * An answer after this time is too late.
     */
    evidence_due_at: string | null;
    /** What the rail charges for the dispute, in minor units. Not part of the amount. */
    fee: bigint | null;
    /** Whether the rail has the money, and those who got it have paid it back. */
    held_back: boolean;
    /** Null: none is on its way. */
    answer: DisputeAnswer | null;
    /**
     * Format: date-time
     * When it was first reported.
     */
    created_at: string;
    /** What was sent to the bank, oldest first; at most 100. */
    evidence: readonly SentEvidence[];
};
/** Without a session, all of them end. */
export type EndSessions = {
    /** The id of the session. */
    session?: string;
};
export type Entry = {
    /** The transfer the entry belongs to. */
    transfer: string;
    /**
     * What happened: money moved at once, was held, or its hold was settled, voided or expired.
     */
    kind: "posted" | "held" | "settled" | "voided" | "expired";
    /**
     * Whether the account is the destination or the source of the transfer.
     */
    direction: "in" | "out";
    /** What was moved by this entry; 0 for a hold. */
    amount: bigint;
    /** By how much the amount held changed, with its sign. */
    pending_change: bigint;
    /** The posted balance after the entry. */
    posted: bigint;
    /** Held to go out, after the entry. */
    pending: bigint;
    /** Held to come in, after the entry. */
    pending_in: bigint;
    /** posted minus pending, after the entry. */
    available: bigint;
    /** Counts what happened on the account: every entry and every change of its settings. */
    version: number;
    /** The account on the other side. */
    counterparty: string;
    /** The code of the account on the other side. */
    counterparty_code: string;
    /** The client's own reference; no two transfers of a book have the same. */
    reference: string | null;
    /**
     * Format: date-time
     * When the transfer counts from.
     */
    effective_at: string;
    /**
     * Format: date-time
     * When the entry was written.
     */
    recorded_at: string;
};
/** A request to erase the personal data of a person. */
export type Erasure = {
    /** The id of the erasure. */
    id: string;
    /** The payment, payout or account. */
    subject: string;
    /**
     * `running`: pages are left, or payments that are under way. They are looked at again after an hour.
     */
    state: "running" | "done";
    /** Payments whose personal data was erased. */
    payments_erased: number;
    /** Payouts whose personal data was erased. */
    payouts_erased: number;
    /** Payments and payouts that are under way: their rails still need the data. */
    waiting: number;
    /**
     * Format: date-time
     * When it was requested.
     */
    created_at: string;
    /**
     * Format: date-time
     * When nothing was left.
     */
    done_at: string | null;
};
/** Something that happened in the books. */
export type Event = TransferEvent | AccountEvent | RailEvent | PaymentEvent | RefundEvent | PayoutEvent | DisputeEvent | OrderEvent;
export type EvidenceFile = {
    /** The name that the bank sees. It is no path. */
    name: string;
    /**
     * The media type of the content.
     */
    media_type: "application/pdf" | "image/jpeg" | "image/png" | "text/plain";
    /** The bytes in base64; at most 128 KiB of them. */
    content: string;
};
export type EvidenceText = {
    /** A statement to the bank. */
    text: string;
};
export type ForceCase = {
    /**
     * The outcome that an operator has seen outside.
     */
    outcome: "succeeded" | "failed";
    /** The source of the outcome, with its date: a line of a statement, an answer of the rail. */
    evidence: string;
    /** The reference of the rail under which you have seen the success. Later reports, refunds, captures and releases use it. Only with `succeeded`. */
    rail_reference?: string;
    /** The attempt whose outcome you state. With `rail_reference`, a case about several attempts needs it. */
    attempt?: string;
    /** The revision of the case that you have read. If it has changed since, the action is refused. */
    revision?: number;
};
/** Post this form from the payer's browser. */
export type FormPostAction = {
    /**
     * What to do.
     * @constant
     */
    type: "form_post";
    /** Where to. */
    url: string;
    /** The fields of the form. */
    fields: {
        [key: string]: string;
    };
    /**
     * Format: date-time
     * Until when the payer may act. A payment that comes later is refunded.
     */
    expires_at: string;
};
export type IncrementPayment = {
    /** How much more is to be held, in minor units. */
    amount: AmountInput;
};
/** `kind` and its fields: `token` (`token`), `mandate` (`mandate`), `vpa` (`vpa`, `name?`), `iban` (`iban`, `bic?`, `name?`), `ifsc` (`ifsc`, `account`, `name?`), `us_account` (`routing`, `account`, `type`, `name?`), `chain_address` (`chain`, `address`, `memo?`). The payment shows its text, without the name. */
export type InstrumentByKind = {
    [key: string]: string;
};
export type InvitePerson = {
    /** What the person logs in with: an email address or a name. Case does not matter. */
    login: string;
    /** What the person is called. */
    name: string;
    /**
     * What the person may do, as a set of permissions. In one book, without those of the installation.
     */
    role: "viewer" | "analyst" | "operations" | "approver" | "administrator";
    /** Whether the person may act in every book. By default, in the book of the request alone. */
    all_books?: boolean;
};
export type InvitedPerson = {
    /** The id of the person. */
    id: string;
    /** What the person logs in with: an email address or a name. Case does not matter. */
    login: string;
    /** What the person is called. */
    name: string;
    /**
     * What the person may do, as a set of permissions. In one book, without those of the installation.
     */
    role: "viewer" | "analyst" | "operations" | "approver" | "administrator";
    /** The id of the book; null for a person of all books. */
    book: string | null;
    /** The code of the book; null for a person of all books. */
    book_code: string | null;
    /** Everything that the person may do. */
    permissions: readonly Permission[];
    /**
     * `invited` until the person has chosen a password.
     */
    state: "invited" | "active" | "disabled";
    /**
     * Format: date-time
     * Until when the code of an invitation or a reset can be used; null without one.
     */
    setup_until: string | null;
    /**
     * Format: date-time
     * When the person was invited.
     */
    created_at: string;
    /**
     * Format: date-time
     * When the person last logged in.
     */
    last_login_at: string | null;
    /**
     * Format: date-time
     * When the person was disabled; null while they are not.
     */
    disabled_at: string | null;
    /** With it, the person chooses a password and sets up a second factor at `/oauth/setup`. Shown in this answer alone; a replay has null here. */
    setup_code: string | null;
};
export type Item = {
    /** The id of the item. */
    id: string;
    /** Your own name for it; no two items of a book have the same. */
    code: string;
    /** What people call it. */
    name: string;
    /** The asset of its price. */
    asset: string;
    /** The price of one, in minor units. */
    price: bigint;
    /** How many can still be reserved. */
    stock: number;
    /**
     * Format: date-time
     * When it was added.
     */
    created_at: string;
};
export type ItemError = {
    /** The code of the refusal; see the list of errors. */
    code: string;
    /** What was wrong, for people. */
    detail: string;
    /** The field that was wrong. */
    param?: string;
};
/** A class of priority as it is now, over all books and processes. */
export type Lane = {
    /**
     * The lane.
     */
    lane: "rollback" | "instant" | "standard" | "bulk";
    /**
     * `paused` by an operator; `breaker_open` when a kind of its work is not handled because nearly all of it fails.
     */
    state: "running" | "paused" | "breaker_open";
    /** Within which time its work is to be begun, in milliseconds. */
    sla_ms: number;
    /** Pieces of work that could be done now. */
    depth: number;
    /** Pieces of work that wait for their time. */
    delayed: number;
    /** Since when the oldest of those due has been so, in milliseconds. */
    oldest_ms: number;
    /** Pieces of work being done now, in all processes. */
    in_flight: number;
    /** What was done in the last second, in all processes. */
    per_second: number;
    /** Processes at work. */
    workers: number;
    /** Dead letters that were neither replayed nor discarded. */
    dead_letters: number;
    /** Kinds of work that are not being handled because nearly all of it fails. */
    breakers: readonly {
        /** What is not being handled. */
        kind: string;
        /** Why. */
        reason: string;
        /**
         * Format: date-time
         * Since when.
         */
        opened_at: string;
        /**
         * Format: date-time
         * When a single piece of work is tried again.
         */
        retry_at: string;
    }[];
};
export type Lanes = {
    data: readonly Lane[];
};
/** A limit of a client, a person or a book. All processes count together. */
export type Limit = {
    /** The id of the limit. */
    id: string;
    client: string | null;
    book: string | null;
    operation: string | null;
    rate: {
        /** Requests in each window, on average. */
        requests: number;
        /** The length of the window. */
        window_seconds: number;
        /** Requests that may come at once after a pause. By default as many as in a window. */
        burst: number;
    } | null;
    concurrency: number | null;
};
export type NewApiKey = {
    /** The id of the key, which is not its text. */
    id: string;
    /** The id of the book. */
    book: string;
    /** Lower-case letters, digits, `-` and `_`; up to 24. */
    book_code: string;
    /**
     * What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key. Null for a key that was made with a list of permissions.
     */
    scope: "read" | "write" | "admin" | "operator" | null;
    /** Everything that the key may do. */
    permissions: readonly Permission[];
    /** Who or what uses the key. */
    name: string;
    /** Addresses and blocks from which alone it may be used; null: from everywhere. */
    allowed_addresses: readonly string[] | null;
    /**
     * Format: date-time
     * When the key was made.
     */
    created_at: string;
    /**
     * Format: date-time
     * When the key was last seen, to within a minute or two.
     */
    last_used_at: string | null;
    /**
     * Format: date-time
     * When the key was revoked; null while it is in force.
     */
    revoked_at: string | null;
    /** The text of the key. It is shown in this answer alone; a replay of the request has null here. */
    key: string | null;
};
export type NewOauthClient = {
    /** The id of the client: its `client_id`. */
    id: string;
    /** The id of the book for which its tokens are. */
    book: string;
    /** The code of the book. */
    book_code: string;
    /** Which program this is. */
    name: string;
    /** What the client may do: the permissions that its tokens have. */
    permissions: readonly Permission[];
    /** Addresses and blocks from which alone it may be used; null: from everywhere. */
    allowed_addresses: readonly string[] | null;
    /**
     * How the client proves what it is: by a secret, as Basic or in the body, by assertions, by mutual TLS, or not at all.
     */
    auth_method: "client_secret" | "private_key_jwt" | "tls_client_auth" | "none";
    /** Where people are sent back to who log in through the client, compared exactly. With none, the client is for programs only. */
    redirect_uris: readonly string[];
    /**
     * Format: date-time
     * When the client was made.
     */
    created_at: string;
    /**
     * Format: date-time
     * When a token of the client was last used, to within a minute or two.
     */
    last_used_at: string | null;
    /**
     * Format: date-time
     * When the client was revoked; null while it is in force.
     */
    revoked_at: string | null;
    /** Shown in this answer alone; a replay of the request has null here, and so has a client with keys. */
    client_secret: string | null;
};
export type NoteOnCase = {
    /** The note. */
    text: string;
};
export type OauthClient = {
    /** The id of the client: its `client_id`. */
    id: string;
    /** The id of the book for which its tokens are. */
    book: string;
    /** The code of the book. */
    book_code: string;
    /** Which program this is. */
    name: string;
    /** What the client may do: the permissions that its tokens have. */
    permissions: readonly Permission[];
    /** Addresses and blocks from which alone it may be used; null: from everywhere. */
    allowed_addresses: readonly string[] | null;
    /**
     * How the client proves what it is: by a secret, as Basic or in the body, by assertions, by mutual TLS, or not at all.
     */
    auth_method: "client_secret" | "private_key_jwt" | "tls_client_auth" | "none";
    /** Where people are sent back to who log in through the client, compared exactly. With none, the client is for programs only. */
    redirect_uris: readonly string[];
    /**
     * Format: date-time
     * When the client was made.
     */
    created_at: string;
    /**
     * Format: date-time
     * When a token of the client was last used, to within a minute or two.
     */
    last_used_at: string | null;
    /**
     * Format: date-time
     * When the client was revoked; null while it is in force.
     */
    revoked_at: string | null;
};
export type OauthKey = {
    /** The thumbprint of the key (RFC 7638). */
    kid: string;
    /** The algorithm. */
    alg: string;
};
export type OauthKeys = {
    data: readonly OauthKey[];
};
export type Order = {
    /** The id of the order. */
    id: string;
    /**
     * `processing`: being checked out, or being returned. `confirmed`: paid, and the items are reserved. `failed`: it came to nothing and the money is back. `refunded`: it was confirmed and canceled after that.
     */
    state: "processing" | "confirmed" | "failed" | "refunded";
    /** Why it failed or goes back: `out_of_stock`, `canceled`, or why the payment failed. */
    reason: string | null;
    /** What all of it costs, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string;
    /** What is ordered. */
    lines: readonly OrderLine[];
    /** Where the money comes from. */
    source: WalletSource | RailSource;
    /** The account that is paid, by its id or its code. */
    destination: string;
    /**
     * `manual`: the money is held first, and moved by captures.
     */
    capture: "automatic" | "manual";
    /**
     * Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
     */
    coordinator: "orchestrated" | "choreographed";
    /** The vendor's code; null for nobody's. */
    vendor: string | null;
    /** The payment that pays for it; null before there is one. */
    payment: string | null;
    /** The client's own reference. */
    reference: string | null;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
    /**
     * Format: date-time
     * When it was placed.
     */
    created_at: string;
};
/** Something happened to an order; `data` is the order right after it. */
export type OrderEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the order.
     */
    type: "order.created" | "order.confirmed" | "order.failed" | "order.refunded";
    data: Order;
};
export type OrderLine = {
    /** The id of the item. */
    item: string;
    /** The code of the item. */
    code: string;
    /** How many of it. */
    quantity: number;
    /** The price of one when it was ordered, in minor units. */
    price: bigint;
};
/** The payer or payee, for rails that require it. It goes to the rail, and is not shown again. */
export type Party = {
    /** The full name. */
    name: string;
    /** Two letters of ISO 3166. */
    country?: string;
    /** The street and the number. */
    street?: string;
    /** The city. */
    city?: string;
    /** The state or region. */
    region?: string;
    /** The postal code. */
    postal_code?: string;
};
/** Ask the payer to pay to an address. */
export type PayToAction = {
    /**
     * What to do.
     * @constant
     */
    type: "pay_to";
    /** Where to pay. */
    address: string;
    /** How much, in minor units. */
    amount: bigint;
    /** The asset to pay in. */
    asset: string;
    /** Must come with the payment. */
    memo?: string;
    /**
     * Format: date-time
     * Until when the payer may act. A payment that comes later is refunded.
     */
    expires_at: string;
};
export type Payment = {
    /** The id of the payment. */
    id: string;
    /**
     * `processing`: under way. `authorized`: the money is held and waits for its capture. `succeeded`, `failed`, `canceled`: ended. `requires_review`: an operator has to decide.
     */
    state: "processing" | "requires_review" | "authorized" | "succeeded" | "failed" | "canceled";
    /** Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide. */
    reason: string | null;
    /** What the payment is about, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string;
    /** Where the money comes from. */
    source: WalletSource | RailSource;
    /** Where it goes to; with the fee it adds up to the amount. */
    destinations: readonly Share[];
    /** The platform's part, and the account it goes to. */
    fee: Share | null;
    /**
     * `manual`: the money is held first, and moved by captures.
     */
    capture: "automatic" | "manual";
    /** Held, and neither captured nor released. */
    amount_capturable: bigint;
    /** Being captured over the rail now. */
    amount_capturing: bigint;
    /** What has been moved. */
    amount_captured: bigint;
    /** Of refunds that are under way. */
    amount_refunding: bigint;
    /** Of refunds that succeeded; a dispute that was lost counts as one. */
    amount_refunded: bigint;
    /** The rail that carries it now, or carried it last. */
    rail: string | null;
    /** The rail's own name of it. */
    rail_reference: string | null;
    /** The vendor's code; null for nobody's. */
    vendor: string | null;
    /** The client's own reference. */
    reference: string | null;
    /**
     * Format: date-time
     * When the authorization lapses, or an automatic pay-in is not wanted any more.
     */
    expires_at: string | null;
    /** What the payer has to do now; null when nothing. It may hold secrets: do not log it. */
    next_action: RedirectAction | DeepLinkAction | QrAction | FormPostAction | PayToAction | null;
    /** Whether a rail may approve less. `amount` is then what it approved. */
    allow_partial: boolean;
    /** The code of its purpose. */
    purpose: string | null;
    /** The text on the other party's statement. */
    descriptor: string | null;
    /**
     * Format: date-time
     * When it was accepted.
     */
    created_at: string;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
};
export type PaymentDays = {
    /** Oldest first. A day on which nothing of a type happened is left out. */
    data: readonly CountedDay[];
};
/** Something happened to a payment; `data` is the payment right after it. */
export type PaymentEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the payment.
     */
    type: "payment.created" | "payment.authorized" | "payment.incremented" | "payment.captured" | "payment.succeeded" | "payment.failed" | "payment.canceled" | "payment.retried" | "payment.requires_action" | "payment.requires_review" | "payment.resolved" | "payment.disputed" | "payment.returned" | "payment.instrument_corrected";
    data: Payment;
};
export type Payout = {
    /** The id of the payout. */
    id: string;
    /**
     * `processing`: under way. `succeeded`: it went out. `failed`, `canceled`: the money is back in its account. `requires_review`: an operator has to decide.
     */
    state: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
    /** Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide. */
    reason: string | null;
    /** What goes out, in minor units. */
    amount: bigint;
    /** What of it came back after it had gone out, in minor units. */
    amount_returned: bigint;
    /** The asset of the amounts. */
    asset: string;
    /** The account it is taken from, by its id or its code. */
    source: string;
    /** The rail it goes out over. */
    rail: string;
    /** What may carry it instead, in this order, when the rail is away or declines and another may do. */
    other_rails: readonly string[];
    /** The payee's instrument: a token or address that the rail knows. */
    instrument: string;
    /** The rail's own name of it. */
    rail_reference: string | null;
    /** The vendor's code; null for nobody's. */
    vendor: string | null;
    /** The client's own reference. */
    reference: string | null;
    /** The code of its purpose. */
    purpose: string | null;
    /** The text on the other party's statement. */
    descriptor: string | null;
    /**
     * Format: date-time
     * When it was accepted.
     */
    created_at: string;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
};
/** Something happened to a payout; `data` is the payout right after it. */
export type PayoutEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the payout.
     */
    type: "payout.created" | "payout.succeeded" | "payout.failed" | "payout.canceled" | "payout.requires_review" | "payout.resolved" | "payout.returned" | "payout.instrument_corrected";
    data: Payout;
};
/**
 * What a key may do, by resource and action.
 */
export type Permission = "ledger:read" | "ledger:write" | "ledger:manage" | "payments:read" | "payments:write" | "refunds:write" | "payouts:write" | "disputes:write" | "instruments:verify" | "orders:read" | "orders:write" | "vendors:read" | "vendors:manage" | "rails:read" | "events:read" | "cases:read" | "cases:act" | "cases:decide" | "dead_letters:read" | "dead_letters:replay" | "personal_data:erase" | "keys:manage" | "clients:manage" | "people:manage" | "approvals:read" | "approvals:decide" | "approvals:manage" | "audit:read" | "books:read" | "books:any" | "books:manage" | "lanes:read" | "lanes:manage" | "rails:manage" | "consumers:read" | "consumers:manage" | "limits:manage" | "secrets:manage" | "signing_keys:rotate" | "verification:run";
export type Person = {
    /** The id of the person. */
    id: string;
    /** What the person logs in with: an email address or a name. Case does not matter. */
    login: string;
    /** What the person is called. */
    name: string;
    /**
     * What the person may do, as a set of permissions. In one book, without those of the installation.
     */
    role: "viewer" | "analyst" | "operations" | "approver" | "administrator";
    /** The id of the book; null for a person of all books. */
    book: string | null;
    /** The code of the book; null for a person of all books. */
    book_code: string | null;
    /** Everything that the person may do. */
    permissions: readonly Permission[];
    /**
     * `invited` until the person has chosen a password.
     */
    state: "invited" | "active" | "disabled";
    /**
     * Format: date-time
     * Until when the code of an invitation or a reset can be used; null without one.
     */
    setup_until: string | null;
    /**
     * Format: date-time
     * When the person was invited.
     */
    created_at: string;
    /**
     * Format: date-time
     * When the person last logged in.
     */
    last_login_at: string | null;
    /**
     * Format: date-time
     * When the person was disabled; null while they are not.
     */
    disabled_at: string | null;
};
export type PersonSession = {
    /** The id of the session. */
    id: string;
    /** The id of the client through which the person logged in; null for the command line. */
    client: string | null;
    /** What the client is called. */
    client_name: string;
    /** The book of its calls. */
    book_code: string;
    /**
     * Format: date-time
     * When the person logged in.
     */
    created_at: string;
    /**
     * Format: date-time
     * When it ends in any case.
     */
    expires_at: string;
};
export type PostTransfer = {
    /** A part of the amount held, when not all of it is to be posted; the rest is released. */
    amount?: AmountInput;
};
/** Why a request was not done (RFC 9457). */
export type Problem = {
    /** Where the code is explained. */
    type: string;
    /** What the code means, in few words. */
    title: string;
    /** The HTTP status. */
    status: number;
    /** What was wrong with this request, for people. */
    detail: string;
    /**
     * What was wrong, for programs.
     */
    code: "validation_failed" | "card_number_refused" | "malformed_json" | "malformed_text" | "body_too_deep" | "malformed_request" | "malformed_url" | "malformed_idempotency_key" | "unauthenticated" | "scope_insufficient" | "second_person_needed" | "approval_not_usable" | "too_many_approvals" | "route_not_found" | "method_not_allowed" | "request_timeout" | "idempotency_key_in_use" | "body_too_large" | "url_too_long" | "unsupported_media_type" | "idempotency_key_reused" | "rate_limited" | "headers_too_large" | "internal_error" | "service_unavailable" | "deadline_passed" | "deadline_exceeded" | "address_refused" | "gateway_broken" | "gateway_unreachable" | "overloaded" | "gateway_timeout" | "id_already_used" | "transfer_not_found" | "transfer_not_pending" | "transfer_already_posted" | "transfer_already_voided" | "transfer_expired" | "transfer_reserved" | "hold_not_expired" | "amount_exceeds_hold" | "account_not_found" | "account_reserved" | "accounts_must_differ" | "asset_not_found" | "asset_mismatch" | "effective_at_in_future" | "expires_at_in_past" | "reference_taken" | "account_closed" | "account_frozen" | "condition_not_met" | "nothing_to_move" | "insufficient_funds" | "balance_limit_exceeded" | "balance_overflow" | "account_not_empty" | "account_not_frozen" | "limits_contradict" | "account_code_taken" | "asset_code_taken" | "group_refused" | "verification_running" | "book_not_found" | "book_not_allowed" | "book_code_taken" | "api_key_not_found" | "scope_beyond_own" | "last_operator_key" | "oauth_client_not_found" | "permission_beyond_own" | "oauth_client_revoked" | "person_not_found" | "login_taken" | "person_disabled" | "session_not_found" | "oauth_client_proof" | "address_not_allowed" | "addresses_beyond_own" | "approval_not_found" | "approval_not_open" | "person_needed" | "not_independent" | "too_few_approvers" | "too_many_unknown_keys" | "vendor_not_found" | "vendor_code_taken" | "sla_too_short" | "lane_not_pausable" | "dead_letter_not_found" | "dead_letter_replayed" | "dead_letter_discarded" | "rail_not_found" | "callback_not_genuine" | "payment_not_found" | "refund_not_found" | "payout_not_found" | "dispute_not_found" | "erasure_not_found" | "operation_not_supported_by_rail" | "chart_account_unusable" | "shares_do_not_add_up" | "expires_at_not_in_future" | "payment_reference_taken" | "payment_not_authorized" | "payment_not_cancelable" | "payout_not_cancelable" | "payout_not_recallable" | "dispute_not_answerable" | "payment_not_refundable" | "payment_not_retryable" | "amount_too_large" | "amount_exceeds_capturable" | "amount_exceeds_refundable" | "too_many_refunds" | "too_many_captures" | "case_not_found" | "case_already_resolved" | "case_being_acted_on" | "case_waits" | "case_changed" | "case_action_not_allowed" | "case_outcome_not_allowed" | "case_attempt_unclear" | "case_needs_another_person" | "item_not_found" | "item_code_taken" | "stock_below_zero" | "stock_too_large" | "order_not_found" | "item_named_twice" | "items_of_several_assets" | "order_too_large" | "out_of_stock" | "order_reference_taken" | "order_already_ended" | "consumer_not_found" | "position_not_kept" | "secrets_key_missing" | "limit_not_found" | "limit_subject_not_found" | "operation_not_found";
    /** The field or parameter that was wrong, as a dotted path. */
    param?: string;
    /** For `second_person_needed`: what waits for a second person now. */
    approval?: string;
    /** For `scope_insufficient`: the permission that is missing. */
    permission?: string;
    /** The request's id. */
    request_id: string;
    /** Where the code is explained. */
    doc_url: string;
    /** For `group_refused`: which of the group were refused, and why. */
    errors?: readonly ProblemItem[];
};
export type ProblemItem = {
    /** Its place in the batch. */
    index: number;
    /** Why it was refused. */
    code: string;
    /** The same, for people. */
    detail: string;
    /** The field that was wrong. */
    param?: string;
};
/** Show a QR code to the payer. */
export type QrAction = {
    /**
     * What to do.
     * @constant
     */
    type: "qr";
    /** Show this text as a QR code. */
    text: string;
    /**
     * Format: date-time
     * Until when the payer may act. A payment that comes later is refunded.
     */
    expires_at: string;
};
export type Rail = {
    /** The name of the rail. */
    name: string;
    /** What can be asked of it. */
    operations: readonly ("authorize" | "charge" | "capture" | "void" | "refund" | "payout")[];
    /** The assets it carries; null: any. */
    assets: readonly string[] | null;
    /**
     * `down`: it does not answer, and nothing is submitted until `retry_at`. `probing`: a few submissions are let through. `paused`: an administrator has stopped submissions.
     */
    state: "up" | "down" | "probing" | "paused";
    /**
     * Format: date-time
     * Since when it is in this state.
     */
    since: string;
    /**
     * Format: date-time
     * When it is tried again; null unless it is down or probing.
     */
    retry_at: string | null;
    /** Parts of the rail, such as banks behind it, that are not up. All others are. */
    keys: readonly RailKey[];
    /** When the rail or a part of it is away, now and later, as it has announced. */
    maintenance: readonly RailMaintenance[];
};
/** A rail has gone down or come up; every book gets an event. */
export type RailEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the rail.
     */
    type: "rail.down" | "rail.up" | "rail.paused" | "rail.resumed";
    data: RailNotice;
};
export type RailKey = {
    /** The part of the rail: an issuer, a BIC. */
    key: string;
    /**
     * As of a rail.
     */
    state: "up" | "down" | "probing";
    /**
     * Format: date-time
     * Since when it is in this state.
     */
    since: string;
    /**
     * Format: date-time
     * When it is tried again.
     */
    retry_at: string | null;
};
export type RailMaintenance = {
    /** The part of the rail; null: the whole rail. */
    key: string | null;
    /**
     * Format: date-time
     * From when on nothing is submitted.
     */
    starts_at: string;
    /**
     * Format: date-time
     * Until when, as far as it is known.
     */
    ends_at: string;
};
export type RailNotice = {
    /** The name of the rail. */
    rail: string;
    /**
     * Format: date-time
     * Since when it is so.
     */
    since: string;
    /**
     * Format: date-time
     * When it is tried again; null when that is not known.
     */
    retry_at: string | null;
};
/** Money from outside, over a rail. */
export type RailSource = {
    /** The rail it comes in over. */
    rail: string;
    /** The payer's instrument: a token or address that the rail knows. */
    instrument: string;
    /** What may carry it instead, in this order, when the rail is away or declines and another may do. */
    other_rails: readonly string[];
};
/** Money from outside, over a rail. */
export type RailSourceByKind = {
    /** The rail it comes in over. */
    rail: string;
    /** The payer's instrument: a token or address that the rail knows. */
    instrument: string | InstrumentByKind;
    /** What may carry it instead, in this order, when the rail is away or declines and another may do. */
    other_rails?: readonly string[];
};
/** Money from outside, over a rail. */
export type RailSourceInput = {
    /** The rail it comes in over. */
    rail: string;
    /** The payer's instrument: a token or address that the rail knows. */
    instrument: string;
    /** What may carry it instead, in this order, when the rail is away or declines and another may do. */
    other_rails?: readonly string[];
};
export type ReassignCase = {
    /** The operator who works on the case: any name that operators agree on. */
    owner: string;
};
export type RecallPayout = {
    /**
     * Why it should come back, for the payee and its bank. Default: `requested`.
     */
    reason?: "duplicate" | "wrong_amount" | "fraud" | "technical" | "requested";
};
/** Send the payer to this page. */
export type RedirectAction = {
    /**
     * What to do.
     * @constant
     */
    type: "redirect";
    /** Send the payer to this page. */
    url: string;
    /**
     * Format: date-time
     * Until when the payer may act. A payment that comes later is refunded.
     */
    expires_at: string;
};
export type Refund = {
    /** The id of the refund. */
    id: string;
    /** The refunded payment. */
    payment: string;
    /**
     * `processing`: under way. `succeeded`: the money is back. `failed`, `canceled`: nothing was returned. `requires_review`: an operator has to decide.
     */
    state: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
    /** Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide. */
    reason: string | null;
    /** The refunded amount, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string;
    /** Null: to where the money came from. */
    to: RefundToWallet | null;
    /** Who pays for it. */
    from: readonly Share[];
    /** Whether the program made it to undo something, such as a success that came too late. */
    reversal: boolean;
    /** What of it came back after it had succeeded, in minor units. */
    amount_returned: bigint;
    /**
     * Format: date-time
     * When it was accepted.
     */
    created_at: string;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
};
/** Something happened to a refund; `data` is the refund right after it. */
export type RefundEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the refund.
     */
    type: "refund.created" | "refund.succeeded" | "refund.failed" | "refund.canceled" | "refund.requires_review" | "refund.resolved" | "refund.returned" | "refund.instrument_corrected";
    data: Refund;
};
/** An account of the book, in place of where the money came from. */
export type RefundToWallet = {
    /** The account that gets it, by its id or its code. */
    wallet: string;
};
/** Either a position or a time. */
export type ReplayConsumer = {
    /** The position of the event to go on with. A later one passes over those before it. */
    from_position?: string;
    /**
     * Format: date-time
     * Go on with the first event of this time or later.
     */
    from_time?: string;
};
export type ReplayDeadLetters = {
    /**
     * Only of this lane.
     */
    lane?: "rollback" | "instant" | "standard" | "bulk";
    /** Only of this kind. */
    kind?: string;
    /** Only of the vendor of this code. */
    vendor?: string;
    /** Only what failed with this code. */
    code?: string;
    /**
     * Only what failed so.
     */
    cause?: "permanent" | "exhausted";
    /** The most to replay; 1,000 when not given. */
    limit?: number;
};
export type Replayed = {
    /** How many were enqueued again. */
    replayed: number;
    /** Whether there may be more: ask again. */
    has_more: boolean;
};
export type RetryPayment = {
    /** Another instrument of the payer's, or the same once more. */
    instrument: string;
    /** Another rail; the same one when not given. */
    rail?: string;
};
export type RotateOauthClientSecret = {
    /** For how long the previous secret is accepted as well, up to 30 days. By default not at all. */
    keep_previous_seconds?: number;
};
export type RotateOauthKeys = {
    /** Whether all earlier keys are dropped, for example because one was stolen. Every token that was issued before is then refused. */
    drop_earlier?: boolean;
};
/** A decision about the size of the deployment. */
export type Scaling = {
    /** Processes that should handle the lanes. */
    recommended_workers: number;
    /** Processes that handle them. */
    workers: number;
    /**
     * `lane_up`: more is done within the processes first. `database_slow`: nothing is scaled up, because commits take much longer than usual. `workers_most`: more processes would have nothing to take; on Kafka, a lane keeps as many busy as its topic has partitions.
     */
    because: "keeps_up" | "database_slow" | "lane_up" | "lane_down" | "workers_up" | "workers_down" | "workers_most";
    /** What a small commit takes now, in milliseconds. */
    commit_ms: number;
    /** What it usually takes. */
    commit_baseline_ms: number;
    /** The most urgent first. */
    lanes: readonly {
        /**
         * The lane.
         */
        lane: "rollback" | "instant" | "standard" | "bulk";
        /** Processes' worth of work: arrivals and backlog over what one process can do. */
        load: number;
        /** Age of the oldest due piece of work. */
        lag_seconds: number;
        /** Pieces of work that come in. */
        arrival_per_second: number;
        /** Pieces of work that are due. */
        backlog: number;
        /** What a process does that always has work. */
        true_per_second: number;
        /** The largest batch that this process takes. */
        batch: number;
        /** Transactions that it lends to the lane. */
        lent_transactions: number;
    }[];
};
export type SealedTable = {
    /** The table. */
    name: string;
    /** All its rows were looked at since the newest data key is in use. */
    sealed: boolean;
    /** Rows that were looked at. */
    rows_looked_at: number;
    /** Rows among them that were sealed. */
    rows_sealed: number;
};
/** The keys that seal secrets and personal fields, and how far tables are sealed. */
export type Secrets = {
    /** This process has a key, and seals what it writes. */
    sealing: boolean;
    data_keys: readonly DataKey[];
    tables: readonly SealedTable[];
};
export type SentEvidence = {
    /** The file's name; null for a text. */
    name: string | null;
    /** The media type. */
    media_type: string;
    /** The size. */
    bytes: number;
    /** The SHA-256 of the bytes, in hexadecimal. */
    sha256: string;
    /**
     * Format: date-time
     * When it was accepted.
     */
    created_at: string;
};
export type SetApprovalRules = {
    /** Acts that need one of these wait for a second person. With any, keys:manage, clients:manage, people:manage, approvals:manage always do. None: nothing waits. */
    permissions: readonly ("keys:manage" | "clients:manage" | "people:manage" | "approvals:manage" | "ledger:manage" | "vendors:manage" | "disputes:write" | "personal_data:erase")[];
    /** After how many hours what waits lapses; 72 by default. */
    lapse_hours?: number;
};
export type SetLimit = {
    /** The API key, OAuth client or person whose requests count. Of a person, those of all sessions count together. */
    client?: string;
    /** The book: the requests of all its clients count together. */
    book?: string;
    /** Only requests to this route count: its operation in the contract. */
    operation?: string;
    rate?: {
        /** Requests in each window, on average. */
        requests: number;
        /** The length of the window. */
        window_seconds: number;
        /** Requests that may come at once after a pause. By default as many as in a window. */
        burst?: number;
    };
    /** Requests that may be under way at once. */
    concurrency?: number;
};
export type Settlement = {
    /** The asset of the amounts; null: the one of the attempt. */
    asset: string | null;
    /** What the rail keeps, in minor units. */
    fee: string | null;
    /** What the rail pays after all deductions, in minor units. */
    net: string | null;
    /** The amount that was settled, in minor units. */
    settled_amount: string | null;
    /** The date of the settlement. */
    settled_on: string | null;
    /** The batch in which the rail settled it. */
    batch: string | null;
    /** Further references of the operation, by their names. */
    references: {
        [key: string]: string;
    };
};
/** An account and its part of the amount. */
export type Share = {
    /** The account, by its id or its code. */
    account: string;
    /** Its part, in minor units. */
    amount: bigint;
};
/** An account and its part of the amount. */
export type ShareInput = {
    /** The account, by its id or its code. */
    account: string;
    /** Its part, in minor units. */
    amount: AmountInput;
};
export type Statement = {
    /** The account. */
    account: string;
    /** The code of the account. */
    code: string;
    /** The asset of the account. */
    asset: string;
    /**
     * Whether times mean when a transfer was recorded, or when it counts from.
     */
    by: "recorded" | "effective";
    /**
     * Format: date-time
     * Where the statement begins; null: at the opening of the account.
     */
    from: string | null;
    /**
     * Format: date-time
     * Where the statement ends, exclusive; null: now.
     */
    to: string | null;
    /** The posted balance at `from`. */
    opening: bigint;
    /** The posted balance at `to`: opening plus total_in minus total_out. */
    closing: bigint;
    /** What came in between. */
    total_in: bigint;
    /** What went out between. */
    total_out: bigint;
    /** The entries that moved money, oldest first. */
    data: readonly Entry[];
    /** Whether there is another page. */
    has_more: boolean;
    /** Give it as `cursor` for the next page; null on the last one. */
    next_cursor: string | null;
};
export type TimelineAttempt = {
    /** The id of the attempt: the idempotency key that the rail was given. */
    id: string;
    /** The rail that was asked. */
    rail: string;
    /**
     * What it was asked for.
     */
    operation: "authorize" | "charge" | "capture" | "void" | "refund" | "payout";
    /** How much, in minor units. */
    amount: bigint;
    /** The asset of the amounts. */
    asset: string;
    /**
     * What is known of it by now.
     */
    state: "submitting" | "pending" | "unknown" | "succeeded" | "failed" | "not_sent";
    /** Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide. */
    reason: string | null;
    /** The rail's own name of it. */
    rail_reference: string | null;
    /** How often the rail was asked about it. */
    inquiries: number;
    /** What the rail said when it settled the money; null when it said nothing. */
    settlement: Settlement | null;
    /** The instrument that the rail says to use from now on. */
    corrected_instrument: string | null;
};
/** Something that happened to a payment or payout, for people. */
export type TimelineItem = {
    /**
     * Format: date-time
     * When it happened.
     */
    at: string;
    /**
     * `accepted`: a request was taken in. `step`: what followed from it, with what was booked. `attempt`: a rail was asked.
     */
    kind: "accepted" | "step" | "attempt";
    /** What it happened to: the payment, a capture, a refund or a payout. */
    subject: string;
    /** What happened and why, for people. */
    text: string;
    /** The state of the subject after it; null for an attempt. */
    state: string | null;
    /** What brought a step about, such as `start`, `outcome`, `cancel`, `expire` or `decision`. */
    input: string | null;
    /** What was booked, held, posted or voided. */
    transfers: readonly TimelineTransfer[];
    /** The attempt, when it was one. */
    attempt: TimelineAttempt | null;
    /** The types of the events that it gave. */
    events: readonly string[];
};
export type TimelineTransfer = {
    /** The id of the transfer; its two entries are on these accounts. */
    id: string;
    /** The account the money leaves. */
    source_code: string;
    /** The account the money goes to. */
    destination_code: string;
    /** What it is about, in minor units. */
    amount: bigint;
    /** What of it has been moved by now. */
    amount_posted: bigint;
    /** The asset of the amounts. */
    asset: string;
    /**
     * Its state now.
     */
    state: "pending" | "posted" | "voided" | "expired";
};
export type Transfer = {
    /** The id of the transfer. */
    id: string;
    /** The account the money leaves. */
    source: string;
    /** The code of the source. */
    source_code: string;
    /** The account the money goes to. */
    destination: string;
    /** The code of the destination. */
    destination_code: string;
    /** What the transfer is about, in minor units. */
    amount: bigint;
    /** The asset of both accounts. */
    asset: string;
    /**
     * A pending transfer holds its amount until it is posted, voided or has expired; a posted one has moved it.
     */
    state: "pending" | "posted" | "voided" | "expired";
    /** What was moved: the amount, a part of it, or 0 while pending and after void or expiry. */
    amount_posted: bigint;
    /** Whether it was made as a pending transfer. */
    pending: boolean;
    /**
     * Format: date-time
     * When the hold of a pending transfer lapses by itself.
     */
    expires_at: string | null;
    /** The client's own reference; no two transfers of a book have the same. */
    reference: string | null;
    /**
     * Format: date-time
     * When the transfer counts from; the time of recording unless it was given.
     */
    effective_at: string;
    /**
     * Format: date-time
     * When it was written to the books.
     */
    recorded_at: string;
    /**
     * Format: date-time
     * When a pending transfer was posted or voided, or its expiry was written; null for a moment after it has expired.
     */
    resolved_at: string | null;
    /** Pairs of text kept with it. */
    metadata: {
        [key: string]: string;
    };
};
/** Something happened to a transfer; `data` is the transfer right after it. */
export type TransferEvent = {
    /** The id of the event. */
    id: string;
    /**
     * Format: date-time
     * When it happened.
     */
    created_at: string;
    /**
     * What happened to the transfer. `transfer.settled`: a pending one was posted.
     */
    type: "transfer.posted" | "transfer.pending" | "transfer.settled" | "transfer.voided" | "transfer.expired";
    data: Transfer;
};
export type TrialBalance = {
    /**
     * Format: date-time
     * The time of the totals.
     */
    as_of: string;
    /** One row an asset, over all accounts and not only those of this page. */
    totals: readonly {
        /** The asset. */
        asset: string;
        /** The sum of the debit column. */
        debit: bigint;
        /** The sum of the credit column; always equal to the debit column. */
        credit: bigint;
    }[];
    data: readonly TrialBalanceRow[];
    /** Whether there is another page. */
    has_more: boolean;
    /** Give it as `cursor` for the next page; null on the last one. */
    next_cursor: string | null;
};
export type TrialBalanceRow = {
    /** The account. */
    account: string;
    /** The code of the account. */
    code: string;
    /** The asset of the account. */
    asset: string;
    /** The posted balance without its sign when it is negative, else 0. */
    debit: bigint;
    /** The posted balance when it is positive, else 0. */
    credit: bigint;
};
export type UnreadRailEvent = {
    /** The rail's id of the event, or its place. */
    event_id: string;
    /**
     * Format: date-time
     * When it came.
     */
    received_at: string;
    /** The statement it stood in; null for a callback. */
    statement: string | null;
    /** The line of the statement. */
    line: number | null;
    /** Why it could not be read. */
    problem: string;
    /** What came. */
    body: string;
};
/** Who payments are made for, and what their work is entitled to. */
export type Vendor = {
    /** The id of the vendor. */
    id: string;
    /** The code of the vendor, by which payments name it. */
    code: string;
    /** The name of the vendor. */
    name: string | null;
    /**
     * The lane of its work.
     */
    lane: "instant" | "standard" | "bulk";
    /** Within which time work of the vendor is to be begun, in milliseconds. */
    sla_ms: number;
    /** The most pieces of work that one process has in flight; null: the lane's own ceiling. */
    in_flight_max: number | null;
    /**
     * Format: date-time
     * When the vendor was made.
     */
    created_at: string;
    /**
     * Format: date-time
     * When it was last changed.
     */
    updated_at: string;
};
/** What a rail says of an instrument. It is not stored. */
export type Verification = {
    /** The rail that was asked. */
    rail: string;
    /** Whether it exists and the rail can pay it or charge it; null when that is not known. */
    eligible: boolean | null;
    /**
     * How the name of the party compares with the name of the holder.
     */
    name_match: "match" | "close_match" | "no_match" | "not_possible";
    /** The name of the holder, when the rail says it. */
    name: string | null;
    /** Why nothing is known, when the rail gave no answer. */
    reason: string | null;
};
export type VerificationCheck = {
    /** What was checked. */
    name: string;
    /** Whether nothing was found. */
    ok: boolean;
    /** How many things were looked at. */
    checked: number;
    /** What is wrong and where; the first of them when there are many. */
    findings: readonly string[];
};
export type VerificationEnd = {
    result: VerificationResult;
};
/** A line of the answer: how far it is; on the last line the result. */
export type VerificationLine = VerificationEnd | VerificationProgress;
export type VerificationProgress = {
    /** The part that is being checked. */
    check: string;
    /** How much of it is done. */
    done: number;
    /** How much there is. */
    total?: number;
};
export type VerificationResult = {
    /** Whether no check found anything. */
    ok: boolean;
    checks: readonly VerificationCheck[];
    /** Batches that no block of the hash chain holds yet; a few are normal while writes go on. */
    unsealed: number;
    /** The last block of the hash chain; null before the first. Kept where nobody who writes to the database can change it, it proves later that nothing before it was changed. */
    head: {
        /** The number of the block. */
        number: number;
        /** Its SHA-256, in hexadecimal digits. */
        hash: string;
    } | null;
    /** How long it took. */
    seconds: number;
};
/** `party.name` is compared with the name that the rail knows. */
export type VerifyInstrument = {
    /** The instrument of a payer or payee. */
    instrument: string | InstrumentByKind;
    party?: Party;
};
export type VoidTransfer = Record<string, never>;
/** Money of an account of the book. */
export type WalletSource = {
    /** The account that pays, by its id or its code. */
    wallet: string;
};
export type WriteOffCase = {
    /** The note. */
    text: string;
    /** The revision of the case that you have read. If it has changed since, the action is refused. */
    revision?: number;
};
export type ListTransfers = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only transfers out of or into this account, by its id or its code. */
    account?: string;
    /** Only transfers out of this account, by its id or its code. */
    source?: string;
    /** Only transfers into this account, by its id or its code. */
    destination?: string;
    /** Only the transfer with this reference. */
    reference?: string;
    /**
     * Only transfers in this state.
     */
    state?: "pending" | "posted" | "voided" | "expired";
    /**
     * Format: date-time
     * Only transfers recorded at this time or later.
     */
    recorded_from?: Instant;
    /**
     * Format: date-time
     * Only transfers recorded before this time.
     */
    recorded_to?: Instant;
    /** Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
    metadata?: {
        [key: string]: string;
    };
};
export type ListTransfersAnswer = {
    data: readonly Transfer[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListAccounts = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only accounts whose code begins with this. */
    code_prefix?: string;
    /** Only accounts of this asset. */
    asset?: string;
    /**
     * Only accounts in this state.
     */
    state?: "open" | "frozen" | "closed";
    /** Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
    metadata?: {
        [key: string]: string;
    };
};
export type ListAccountsAnswer = {
    data: readonly Account[];
    has_more: boolean;
    next_cursor: string | null;
};
export type GetBalance = {
    /**
     * Format: date-time
     * The balance as it stood at this time, inclusive; now when not given.
     */
    at?: Instant;
    /**
     * Whether times mean when a transfer was recorded, or when it counts from.
     */
    by?: "recorded" | "effective";
};
export type ListEntries = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Format: date-time
     * Only entries recorded at this time or later.
     */
    from?: Instant;
    /**
     * Format: date-time
     * Only entries recorded before this time.
     */
    to?: Instant;
};
export type ListEntriesAnswer = {
    data: readonly Entry[];
    has_more: boolean;
    next_cursor: string | null;
};
export type GetStatement = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Format: date-time
     * Where the statement begins, inclusive; at the opening of the account when not given.
     */
    from?: Instant;
    /**
     * Format: date-time
     * Where the statement ends, exclusive; now when not given.
     */
    to?: Instant;
    /**
     * Whether times mean when a transfer was recorded, or when it counts from.
     */
    by?: "recorded" | "effective";
};
export type ListAssets = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * A currency of ISO 4217, which every book has, or an asset of this book.
     */
    kind?: "iso4217" | "custom";
};
export type ListAssetsAnswer = {
    data: readonly Asset[];
    has_more: boolean;
    next_cursor: string | null;
};
export type GetTrialBalance = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only this asset. */
    asset?: string;
};
export type ListEvents = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Go forward: the events after this one, oldest first. Keep the id of the last event seen, and ask again. */
    after?: string;
    /** Only events of these types, separated by commas. */
    types?: readonly ("transfer.posted" | "transfer.pending" | "transfer.settled" | "transfer.voided" | "transfer.expired" | "account.created" | "account.updated" | "account.frozen" | "account.unfrozen" | "account.closed" | "rail.down" | "rail.up" | "rail.paused" | "rail.resumed" | "payment.created" | "payment.authorized" | "payment.incremented" | "payment.captured" | "payment.succeeded" | "payment.failed" | "payment.canceled" | "payment.retried" | "payment.requires_action" | "payment.requires_review" | "payment.resolved" | "payment.disputed" | "payment.returned" | "payment.instrument_corrected" | "refund.created" | "refund.succeeded" | "refund.failed" | "refund.canceled" | "refund.requires_review" | "refund.resolved" | "refund.returned" | "refund.instrument_corrected" | "payout.created" | "payout.succeeded" | "payout.failed" | "payout.canceled" | "payout.requires_review" | "payout.resolved" | "payout.returned" | "payout.instrument_corrected" | "dispute.inquiry" | "dispute.opened" | "dispute.challenged" | "dispute.pre_arbitration" | "dispute.won" | "dispute.lost" | "dispute.accepted" | "dispute.expired" | "order.created" | "order.confirmed" | "order.failed" | "order.refunded")[];
};
export type ListEventsAnswer = {
    data: readonly Event[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListBooks = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListBooksAnswer = {
    data: readonly Book[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListApiKeys = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListApiKeysAnswer = {
    data: readonly ApiKey[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListOauthClients = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListOauthClientsAnswer = {
    data: readonly OauthClient[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListPeople = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListPeopleAnswer = {
    data: readonly Person[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListPersonSessions = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListPersonSessionsAnswer = {
    data: readonly PersonSession[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListAudit = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only the acts of this person, client or key. */
    actor?: string;
    /** Only acts of this name. */
    action?: string;
    /** Only acts on this subject. */
    subject?: string;
    /**
     * Format: date-time
     * Only acts of this time or later.
     */
    from?: Instant;
    /**
     * Format: date-time
     * Only acts before this time.
     */
    to?: Instant;
    /** The acts of all books; needs the permission `books:any`. */
    all_books?: boolean;
};
export type ListAuditAnswer = {
    data: readonly AuditedAct[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListApprovals = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Only these.
     */
    state?: "open" | "approved" | "rejected" | "withdrawn" | "done" | "lapsed";
};
export type ListApprovalsAnswer = {
    data: readonly Approval[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListVendors = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListVendorsAnswer = {
    data: readonly Vendor[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListDeadLetters = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Only of this lane.
     */
    lane?: "rollback" | "instant" | "standard" | "bulk";
    /** Only of this kind. */
    kind?: string;
    /** Only of the vendor of this code. */
    vendor?: string;
    /** Only what failed with this code. */
    code?: string;
    /**
     * Only what failed so.
     */
    cause?: "permanent" | "exhausted";
    /** Only those that were, or were not, replayed. */
    replayed?: boolean;
    /** Only those that were, or were not, discarded. */
    discarded?: boolean;
};
export type ListDeadLettersAnswer = {
    data: readonly DeadLetter[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListRailsAnswer = {
    /** All rails. */
    data: readonly Rail[];
    /** Whether there is another page. */
    has_more: boolean;
    /** Give it as `cursor` for the next page; null on the last one. */
    next_cursor: string | null;
};
export type PauseRailBody = Record<string, never>;
export type ResumeRailBody = Record<string, never>;
export type ListUnreadRailEvents = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListUnreadRailEventsAnswer = {
    data: readonly UnreadRailEvent[];
    /** Whether there is another page. */
    has_more: boolean;
    /** Give it as `cursor` for the next page; null on the last one. */
    next_cursor: string | null;
};
export type ListPayments = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Only payments in this state.
     */
    state?: "processing" | "requires_review" | "authorized" | "succeeded" | "failed" | "canceled";
    /** Only the payment with this reference. */
    reference?: string;
    /** Only payments of the vendor with this code. */
    vendor?: string;
    /** Only payments that this rail carries or carried last. */
    rail?: string;
    /**
     * Format: date-time
     * Only payments accepted at this time or later.
     */
    created_from?: Instant;
    /**
     * Format: date-time
     * Only payments accepted before this time.
     */
    created_to?: Instant;
    /** Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
    metadata?: {
        [key: string]: string;
    };
};
export type ListPaymentsAnswer = {
    data: readonly Payment[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListCapturesAnswer = {
    data: readonly Capture[];
    has_more: boolean;
    next_cursor: string | null;
};
export type GetPaymentTimeline = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type GetPaymentTimelineAnswer = {
    data: readonly TimelineItem[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListRefunds = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only refunds of this payment. */
    payment?: string;
    /**
     * Only refunds in this state.
     */
    state?: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
    /**
     * Format: date-time
     * Only refunds accepted at this time or later.
     */
    created_from?: Instant;
    /**
     * Format: date-time
     * Only refunds accepted before this time.
     */
    created_to?: Instant;
    /** Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
    metadata?: {
        [key: string]: string;
    };
};
export type ListRefundsAnswer = {
    data: readonly Refund[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListPayouts = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Only payouts in this state.
     */
    state?: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
    /** Only the payout with this reference. */
    reference?: string;
    /** Only payouts of the vendor with this code. */
    vendor?: string;
    /** Only payouts over this rail. */
    rail?: string;
    /** Only payouts from this account, by its id or its code. */
    source?: string;
    /**
     * Format: date-time
     * Only payouts accepted at this time or later.
     */
    created_from?: Instant;
    /**
     * Format: date-time
     * Only payouts accepted before this time.
     */
    created_to?: Instant;
    /** Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
    metadata?: {
        [key: string]: string;
    };
};
export type ListPayoutsAnswer = {
    data: readonly Payout[];
    has_more: boolean;
    next_cursor: string | null;
};
export type GetPayoutTimeline = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type GetPayoutTimelineAnswer = {
    data: readonly TimelineItem[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListDisputes = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /** Only disputes of this payment. */
    payment?: string;
    /**
     * Only disputes at this stage.
     */
    stage?: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
    /** Only disputes of this rail. */
    rail?: string;
    /** Only the disputes that the rail names so. */
    reference?: string;
    /**
     * Format: date-time
     * Only disputes whose evidence is due before this time.
     */
    due_before?: Instant;
    /**
     * Format: date-time
     * Only disputes reported at this time or later.
     */
    created_from?: Instant;
    /**
     * Format: date-time
     * Only disputes reported before this time.
     */
    created_to?: Instant;
};
export type ListDisputesAnswer = {
    data: readonly Dispute[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListPaymentDays = {
    /** The first day. Default: 31 days up to the last one. */
    from?: string;
    /** The last day, at most 366 days after the first. Default: today. */
    to?: string;
};
export type ListCases = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * `open` when not given.
     */
    state?: "open" | "resolved" | "all";
    /**
     * The queue of the case.
     */
    queue?: "payments" | "rails" | "disputes";
    /**
     * Why an operator is needed. The manual of cases explains each reason.
     */
    reason?: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "incoming_credit" | "credit_retracted" | "stranded" | "event_unread" | "statement_refused" | "answer_due" | "bank_decides" | "give_back_refused";
    /** The operator who works on the case: any name that operators agree on. */
    owner?: string;
    /**
     * How soon to look at it, compared with cases of the same age.
     */
    priority?: "high" | "normal" | "low";
    /**
     * The kind of the subject. `event`: a report of a rail that matches nothing known.
     */
    subject_type?: "payment" | "capture" | "refund" | "payout" | "saga" | "event" | "statement" | "dispute";
    /** Only the cases of this subject. */
    subject_id?: string;
    /** Only those that are overdue, or are not. */
    overdue?: boolean;
    /** Only cases that are or were open for more than this number of seconds. */
    older_than?: number;
};
export type ListCasesAnswer = {
    data: readonly Case[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListCaseActs = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListCaseActsAnswer = {
    data: readonly CaseAct[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListItems = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListItemsAnswer = {
    data: readonly Item[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListOrders = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
    /**
     * Only orders in this state.
     */
    state?: "processing" | "confirmed" | "failed" | "refunded";
};
export type ListOrdersAnswer = {
    data: readonly Order[];
    has_more: boolean;
    next_cursor: string | null;
};
export type ListLimits = {
    /** How many to answer, 1 to 100; 20 when not given. */
    limit?: number;
    /** The `next_cursor` of the page before. */
    cursor?: string;
};
export type ListLimitsAnswer = {
    data: readonly Limit[];
    has_more: boolean;
    next_cursor: string | null;
};
