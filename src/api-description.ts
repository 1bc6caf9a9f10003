import type { ApiDescription } from '#platform/openapi'

/** The parts of the API reference that belong to no single route. */
export const apiDescription: ApiDescription = {
  title: 'Munim API',
  version: '1.0.0',
  description: `Munim keeps double-entry books, accounts of one asset each and transfers between them, and moves
money in and out of them by payments and payouts, each exactly once. This is the reference of its HTTP API, version 1.

## Calls

Requests and answers are JSON in UTF-8; names are in snake_case. Unknown fields are refused and nothing is
coerced: \`"true"\` is no boolean. Every answer has a \`Request-Id\` header; give it when you ask about a request.

## Keys

Send an API key as \`Authorization: Bearer KEY\`. Every operation needs a permission, such as \`payments:write\`. A key
belongs to one book and has a scope, which is a set of permissions: \`read\`, \`write\`, \`admin\`, or \`operator\`, each
including the one before; or it has a list of permissions of its own. The first three scopes are for the book of the key;
\`admin\` also sets limits, freezes and closes accounts, adds assets and vendors, and manages the keys of the book. An
operator key is for the whole installation, and may act in another book by naming it in the header \`Munim-Book\`. The key
of the first start is in the file \`admin.key\` of the data directory.

A program may also be an OAuth client: it gets an access token at \`/oauth/token\` (client credentials, RFC 6749) and
sends it like a key. \`/.well-known/oauth-authorization-server\` describes the server (RFC 8414). People log in at
\`/oauth/authorize\` (authorization code with PKCE, OpenID Connect), and then act under their own name.

## Amounts

Amounts are minor units of their asset (cents for USD). Send an integer or a string of digits; answers always
have strings of digits, so that no client rounds them. They range up to 9223372036854775807.

## Times

Times are RFC 3339. Answers are in UTC with six decimals. \`recorded_at\` is when something was written to the
books; \`effective_at\` is when a transfer counts from, which may be earlier.

## Ids

An id is a prefix that says of what, and a UUIDv7 in Crockford's base32: \`trf_01k0a2m4q8f2hn4gm2v7r9w1k6\`. You
may choose the ids of accounts and transfers yourself: the same id and content again is the same account or
transfer, for ever. Accounts also have a code, such as \`customers:42:wallet\`, and every path and field that names
an account takes either.

## Repeating safely

Every POST takes an \`Idempotency-Key\` of 1 to 255 printable ASCII characters. The same key with the same request
again is answered with the first answer and \`Idempotent-Replayed: true\`, refusals included; with another request,
with 422. A request that is not valid stores nothing, so its key stays free.

## Waiting

What moves money outside the books is answered as soon as it is safely kept, in the state \`processing\`. Follow its
events, ask again, or send \`Prefer: wait=SECONDS\` (RFC 7240, up to 20): the answer is then given when the end is
known, or as things stand after that time, with the header \`Preference-Applied\`. An Idempotency-Key keeps the answer
before the wait; a replay may wait as well.

## Lists

Lists are \`{ data, has_more, next_cursor }\`, newest first unless they say otherwise. \`limit\` is 1 to 100 and 20
when not given; give \`next_cursor\` as \`cursor\` for the next page, with the same filters. A page may be shorter
than its limit, even empty, and still have a next one. \`metadata[key]=value\` keeps what has that metadata; given
several times, all must match.

## Errors

What cannot be done is answered with a problem document (RFC 9457, \`application/problem+json\`). Decide by its
\`code\`, never by its text; \`param\` names the field concerned. A status of 4xx says that the request did nothing, and
why. What an earlier request with the same key did is known from its stored answer (\`Idempotent-Replayed: true\`) alone:
401, 403, 408 and 429 are answered before it is looked for, and 409 \`idempotency_key_in_use\` while there is none.
After a 5xx or no answer at all, repeat the request with the same \`Idempotency-Key\` or id. The list of errors
explains every code.`,
  // Problems of the key or of the header Munim-Book.
  keyProblems: ['book_not_allowed', 'book_not_found', 'address_not_allowed', 'too_many_unknown_keys'],
  tags: [
    {
      name: 'Payments',
      description:
        'A payment moves money in over a rail, or between accounts, to one or several, with a fee if there is one. It is accepted at once and ends by itself: succeeded, failed, canceled, or in the hands of an operator.',
    },
    {
      name: 'Refunds',
      description: 'A refund returns what a payment captured, whole or in part, never more than that.',
    },
    { name: 'Payouts', description: 'A payout sends money of an account out over a rail.' },
    {
      name: 'Disputes',
      description: "A dispute is money that the payer's bank demands back. Accept it, or challenge it with evidence.",
    },
    { name: 'Rails', description: 'A rail is a way in or out: card, UPI, bank transfer. This is their state.' },
    { name: 'Vendors', description: 'A vendor is whom payments are made for: with a lane, an SLA and a ceiling.' },
    { name: 'Lanes', description: 'Work waits in lanes, each with an SLA. This is their state.' },
    { name: 'Dead letters', description: 'Work that could not be done, with the reason, and a replay.' },
    {
      name: 'Transfers',
      description:
        'A transfer moves an amount from a source account to a destination account. A pending one holds it first; then it is posted, whole or in part, voided, or expires.',
    },
    {
      name: 'Accounts',
      description:
        'An account counts one asset of a book. What comes in adds to its balance, what goes out takes from it, and its available balance never passes its limits.',
    },
    {
      name: 'Cases',
      description:
        'Work for operators: the reason, the age, the owner and the actions that are safe in the state of the subject; each is audited.',
    },
    {
      name: 'Orders',
      description:
        'Items with a stock, and orders that are paid, reserved and confirmed step by step; what cannot be finished is undone.',
    },
    { name: 'Reports', description: 'Totals over all accounts of a book.' },
    { name: 'Events', description: 'What happened in the books, in order: for projections, webhooks and caches.' },
    { name: 'Assets', description: 'What is counted, with its number of decimals.' },
    { name: 'Books', description: 'A book is an isolated set of accounts and transfers: a tenant, or a test.' },
    {
      name: 'API keys',
      description: 'Who may call: each key belongs to a book and has a scope, or a list of permissions.',
    },
    { name: 'Limits', description: 'How many requests a client or a book may make, over all processes.' },
    {
      name: 'Approvals',
      description: 'Calls that wait for a second person, their decision, and which acts of a book wait.',
    },
    { name: 'Audit', description: 'Who changed what, from where and with what authority, and who read personal data.' },
    { name: 'Secrets', description: 'The keys that seal secrets and personal data, and their rotation.' },
    {
      name: 'OAuth',
      description:
        'Programs that get access tokens of ten minutes for their secret or a signature, and the keys of these.',
    },
    { name: 'People', description: 'Who logs in: invitations, roles and sessions.' },
    { name: 'Service', description: 'For operators of the server.' },
    { name: 'Reference', description: 'This reference, for people and programs.' },
  ],
}
