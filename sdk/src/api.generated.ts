// Generated from api/openapi.json by scripts/openapi.ts; do not edit.

export interface paths {
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers
         * @description Newest first. Filters go together: a transfer must match all that are given. An account that does not exist has no transfers. Refused transfers are not listed.
         */
        get: operations["list_transfers"];
        put?: never;
        /**
         * Move money, or hold it
         * @description Moves an amount from the source to the destination at once, or holds it when `pending`. A client-given `id` makes the transfer idempotent on its own, for ever: the same id and content again is answered with the first result and status 200, and what was refused stays refused. With `dry_run` nothing is done.
         */
        post: operations["create_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move money many times
         * @description Decides up to 10,000 transfers in their order and answers each at its index. Each stands for itself, unless `atomic`: then one refusal refuses all of them, and the answer is the problem `group_refused` with the true reasons in `errors`. Together they may have 125,000 pairs of metadata.
         */
        post: operations["create_transfers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{id}/post": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post a pending transfer
         * @description Moves the amount held, or the given part of it; the rest is released. A hold is posted once.
         */
        post: operations["post_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{id}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Void a pending transfer
         * @description Releases the amount held; nothing is moved.
         */
        post: operations["void_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a transfer
         * @description The transfer as it is now. A transfer that was refused was never booked, so it is not found.
         */
        get: operations["get_transfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Newest first. Filters go together: an account must match all that are given.
         */
        get: operations["list_accounts"];
        put?: never;
        /**
         * Open an account
         * @description Opens an account of one asset. With a client-given `id`, the same request again is answered with the account and status 200. A `min_available` of null or below zero and a `max_balance` need an admin key.
         */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open many accounts
         * @description Opens up to 10,000 accounts, each for itself, and answers each at its index. Limits need what they need where one account is opened. Together they may have 125,000 pairs of metadata.
         */
        post: operations["create_accounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an account */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the limits or metadata of an account
         * @description Changes what is given and leaves the rest. `metadata` is replaced as a whole. Limits need an admin key.
         */
        patch: operations["change_account"];
        trace?: never;
    };
    "/v1/accounts/{account}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Freeze an account
         * @description Until it is unfrozen, the account takes part in no new transfer.
         */
        post: operations["freeze_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/unfreeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unfreeze an account
         * @description Opens a frozen account again.
         */
        post: operations["unfreeze_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an account
         * @description Closes an account that has neither a balance nor open holds, for ever. Its history stays.
         */
        post: operations["close_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a balance, now or at a time
         * @description By `recorded`: what the books said at that time. By `effective`: what the books now say of that time, later corrections included. Holds have no effective time, so pending figures and the version are always as recorded.
         */
        get: operations["get_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the entries of an account
         * @description Newest first: every posting, hold and end of a hold, each with the balances it left.
         */
        get: operations["list_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the statement of an account
         * @description The opening and closing balance of a period, what came in and went out, and the entries that moved money, oldest first. `opening + total_in - total_out = closing`, exactly.
         */
        get: operations["get_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assets
         * @description By code: the currencies of ISO 4217 and the custom assets of the book.
         */
        get: operations["list_assets"];
        put?: never;
        /**
         * Add a custom asset
         * @description Adds an asset to the book: points, grams of gold, seats. The same again is answered with status 200.
         */
        post: operations["create_asset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an asset */
        get: operations["get_asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trial-balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the trial balance
         * @description Every account in two columns, balances below zero in debit and above it in credit, with the sums of each asset over the whole book. The two sums of an asset are equal, as every transfer takes from one account what it gives to another.
         */
        get: operations["get_trial_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read events
         * @description Newest first; with `after`, forward and oldest first. Who goes forward misses none: an event is shown when it has its place, a moment after it happened, and none can come before it any more. Events are kept for 30 days unless the installation says otherwise.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify the books
         * @description Checks over all books, while they are being written, what data can show: that money is neither made nor lost, that every id has one effect, that no limit was passed, and that nothing was changed since it was written. One JSON text a line; the last line is the result. An answer that ends without a result failed. One verification runs at a time: who asks meanwhile follows the one that runs, and is refused with Retry-After while another process runs it. It ends when no one waits for it any more.
         */
        get: operations["verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List books */
        get: operations["list_books"];
        put?: never;
        /** Open a book */
        post: operations["create_book"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/{ref}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a book, by id or code */
        get: operations["get_book"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys of a book */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Make an API key
         * @description The text of the key is in this answer alone: it is not stored, not even for a replay.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Takes effect at once in the process that answers, and within ten seconds in all others.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List vendors */
        get: operations["list_vendors"];
        put?: never;
        /**
         * Make a vendor
         * @description A vendor has a lane and an SLA; payments that name it are done accordingly.
         */
        post: operations["create_vendor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vendors/{vendor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a vendor, by id or code */
        get: operations["get_vendor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a vendor
         * @description Changes what is given and leaves the rest. A new lane without `sla_ms` brings its own SLA; a new `sla_ms` without a lane chooses the lane. It takes effect within seconds, for work enqueued from then on.
         */
        patch: operations["change_vendor"];
        trace?: never;
    };
    "/v1/lanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the state of the lanes
         * @description The most urgent first. What is counted may be a second old, and older when very much is waiting.
         */
        get: operations["list_lanes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lanes/{lane}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a lane
         * @description No process takes more work of the lane, within about a second; what is being done is finished. What is enqueued waits.
         */
        post: operations["pause_lane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lanes/{lane}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a lane
         * @description Lets a paused lane go on, within about a second.
         */
        post: operations["resume_lane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dead letters */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a dead letter */
        get: operations["get_dead_letter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay a dead letter
         * @description Enqueues it again in its lane, once. If it fails again, there will be another dead letter. A discarded one is refused.
         */
        post: operations["replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay dead letters by filter
         * @description Enqueues again what matches and was neither replayed nor discarded, the oldest first; without a filter, all of the book.
         */
        post: operations["replay_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the rails and their health
         * @description All of them, in one page: they are as many as the configuration names.
         */
        get: operations["list_rails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails/{rail}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a rail and its health */
        get: operations["get_rail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails/{rail}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop submissions to a rail
         * @description In all processes, within a second. What would be submitted waits or takes another rail; inquiries, callbacks and statements go on.
         */
        post: operations["pause_rail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails/{rail}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let submissions to a rail go on
         * @description In all processes, within a second. A rail that is down stays down until it answers.
         */
        post: operations["resume_rail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails/{rail}/unread-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reports of rails that could not be read
         * @description Callbacks that the rail has signed and lines of its statements, newest first, each with the reason.
         */
        get: operations["list_unread_rail_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rails/{rail}/callbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a callback of a rail
         * @description For rails, not for clients: instead of an API key, the message is signed as Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). A repetition is answered as the first was.
         */
        post: operations["receive_rail_callback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payments
         * @description Newest first. Filters go together: a payment must match all that are given.
         */
        get: operations["list_payments"];
        put?: never;
        /**
         * Move money in, or between accounts
         * @description Accepts a payment from an account of the book or from outside over a rail, to one account or several, with a fee for the platform if there is one. It is answered `processing` as soon as it is safely kept; what becomes of it, its `state` and the events say. With `Prefer: wait=SECONDS` the answer is the end when it comes in time. A replay of an Idempotency-Key is answered with the payment as it was accepted, or may wait as well.
         */
        post: operations["create_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a payment
         * @description The payment as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.
         */
        get: operations["get_payment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a payment's captures
         * @description Oldest first, all of them on one page. A payment with automatic capture has none.
         */
        get: operations["list_captures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a payment
         * @description Oldest first, for people: what was asked, every step that followed with what it booked and the events it gave, and every attempt at a rail with its outcome; of the payment, its captures and its refunds.
         */
        get: operations["get_payment_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/capture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Capture an authorized payment
         * @description Moves what is held, or a part of it. The rest is released, unless `final` is false: then more captures may follow. A capture stands for itself and has a state of its own.
         */
        post: operations["capture_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a payment
         * @description Releases the hold, before anything was captured; also while a rail is being asked, when it takes effect as soon as the rail has answered: what the rail took goes back. It counts from when it is accepted.
         */
        post: operations["cancel_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/increment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold more
         * @description Enlarges the authorization of a payment with manual capture. Its shares grow in proportion.
         */
        post: operations["increment_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a failed payment again
         * @description For the payer: the same payment once more, with another instrument or over another rail. Only of a payment from outside that failed.
         */
        post: operations["retry_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{id}/cancel-or-refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel and refund
         * @description For the payer, who wants it all back: a payment of which nothing was captured is canceled; else what was captured and not yet refunded is refunded to where it came from.
         */
        post: operations["cancel_or_refund_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refunds
         * @description Newest first. Filters go together: a refund must match all that are given.
         */
        get: operations["list_refunds"];
        put?: never;
        /**
         * Give money back
         * @description Refunds what a payment captured, whole or in part, as often as something is left: to where it came from, or to an account of the book. All refunds of a payment together never pass what it captured.
         */
        post: operations["create_refund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a refund
         * @description The refund as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.
         */
        get: operations["get_refund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payouts
         * @description Newest first. Filters go together: a payout must match all that are given.
         */
        get: operations["list_payouts"];
        put?: never;
        /**
         * Pay money out
         * @description Takes an amount from an account of the book and sends it out over a rail. The money is held while the rail is asked, and back in the account when the payout fails.
         */
        post: operations["create_payout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a payout
         * @description The payout as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.
         */
        get: operations["get_payout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a payout
         * @description Oldest first, for people: every step with what it booked, and every attempt at a rail.
         */
        get: operations["get_payout_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a payout
         * @description Only before anything of it was submitted to a rail.
         */
        post: operations["cancel_payout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List disputes
         * @description Newest first. Filters go together: a dispute must match all that are given.
         */
        get: operations["list_disputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a dispute
         * @description The dispute as it is now, and what was sent to the bank as evidence.
         */
        get: operations["get_dispute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a dispute
         * @description Gives in: the payer keeps the money. It is told to the bank over the rail; the dispute is `accepted` once the rail has confirmed it.
         */
        post: operations["accept_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Challenge a dispute with evidence
         * @description Sends texts and files to the bank over the rail. The dispute is `challenged` once the rail has confirmed it, and `won` or `lost` when the bank has decided.
         */
        post: operations["challenge_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cases
         * @description Newest first; only open ones, unless `state` says otherwise. A case must match all filters. An operator key also gets the cases that are in no book: events of rails that match nothing known. A page may have fewer cases than `limit` while `has_more` is true.
         */
        get: operations["list_cases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a case, with the newest actions of operators on it */
        get: operations["get_case"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the actions of operators on a case
         * @description Newest first.
         */
        get: operations["list_case_acts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry the work
         * @description Only allowed when the work certainly has not happened.
         */
        post: operations["retry_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/inquire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Inquire at the rail again */
        post: operations["inquire_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/force": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * State the outcome, with evidence
         * @description Books an outcome that an operator has seen outside, in a statement or in the console of the rail. The evidence is kept with the case and in the log of administrative acts. Needs an admin key.
         */
        post: operations["force_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refund what arrived, and end it as failed */
        post: operations["reverse_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/reassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the owner */
        post: operations["reassign_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{id}/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a note
         * @description Also allowed on a resolved case.
         */
        post: operations["note_case"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Act on up to 100 cases
         * @description Does the same action on each case, in the given order, each in its own transaction. A case that refuses it, or fails with `internal_error`, does not stop the others: `data` has the result of each. When the server cannot continue (503), the cases so far are done. Repeat the request with the same Idempotency-Key: it returns their first results, and continues with the others. `force` needs an admin key.
         */
        post: operations["act_on_cases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List items */
        get: operations["list_items"];
        put?: never;
        /** Add an item */
        post: operations["create_item"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/items/{item}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an item, by id or code */
        get: operations["get_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the name, price or stock of an item
         * @description Changes what is given and leaves the rest. Orders keep the price at which they were placed.
         */
        patch: operations["change_item"];
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders */
        get: operations["list_orders"];
        put?: never;
        /**
         * Place an order
         * @description Places the order and checks it out: the money is taken, the items are reserved, the order is confirmed. When another order is faster with the last item, this one fails with `out_of_stock` and the money goes back before anything else is served. With `Prefer: wait=SECONDS` the answer is the order as it ended.
         */
        post: operations["create_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an order */
        get: operations["get_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how the checkout of an order goes
         * @description The steps of the saga in the order of their actions, and how each of them stands.
         */
        get: operations["get_order_checkout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order
         * @description Returns what the order has taken: reserved items, and money held or paid. It ends `failed`, or `refunded` when it was confirmed. Also an order that is being checked out can be canceled.
         */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests can be answered
         * @description 503 while the database is away or cannot be written to (a standby, read only, no room left), and while the server is stopping.
         */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The OpenAPI document */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The API reference */
        get: operations["get_reference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list of errors */
        get: operations["get_errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AcceptDispute */
        AcceptDispute: Record<string, never>;
        /** Account */
        Account: {
            /**
             * @description The id of the account.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            id: string;
            /**
             * @description The code of the account, unique in its book.
             * @example customers:42:wallet
             */
            code: string;
            /**
             * @description The one asset the account counts.
             * @example USD
             */
            asset: string;
            /**
             * @description A frozen account takes part in no new transfer until it is unfrozen; a closed one never again.
             * @example open
             * @enum {string}
             */
            state: "open" | "frozen" | "closed";
            /**
             * @description The least the available balance may become; null: no limit.
             * @example 0
             */
            min_available: string | null;
            /**
             * @description The most that posted plus pending_in may become; null: no limit.
             * @example 1000000
             */
            max_balance: string | null;
            /**
             * @description What came in minus what went out.
             * @example 250000
             */
            posted: string;
            /**
             * @description Held by pending transfers that would go out.
             * @example 12500
             */
            pending: string;
            /**
             * @description Held by pending transfers that would come in.
             * @example 0
             */
            pending_in: string;
            /**
             * @description posted minus pending: what may still be moved out, down to min_available.
             * @example 237500
             */
            available: string;
            /**
             * @description Counts what happened on the account: every entry and every change of its settings.
             * @example 7
             */
            version: number;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When the account was opened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /**
         * AccountCondition
         * @description What must hold of an account; all of it, or nothing is moved.
         */
        AccountCondition: {
            /**
             * @description Refuse with `condition_not_met` unless the version of the account is this.
             * @example 7
             */
            version?: number;
            /**
             * @description The posted balance before the transfer is at least this.
             * @example -5000
             * @example 0
             */
            posted_min?: number | string;
            /**
             * @description The posted balance before the transfer is at most this.
             * @example -5000
             * @example 0
             */
            posted_max?: number | string;
            /**
             * @description The available balance before the transfer is at least this.
             * @example -5000
             * @example 0
             */
            available_min?: number | string;
            /**
             * @description The available balance before the transfer is at most this.
             * @example -5000
             * @example 0
             */
            available_max?: number | string;
        };
        /**
         * AccountEvent
         * @description Something happened to an account; `data` is the account right after it.
         */
        AccountEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the account.
             * @example account.created
             * @enum {string}
             */
            type: "account.created" | "account.updated" | "account.frozen" | "account.unfrozen" | "account.closed";
            data: components["schemas"]["Account"];
        };
        /** ActOnCase */
        ActOnCase: {
            /**
             * @description The revision of the case that you have read. If it has changed since, the action is refused.
             * @example 2
             */
            revision?: number;
        };
        /**
         * ActOnCases
         * @description `force` takes `outcome` and `evidence`, `reassign` takes `owner`, `note` takes `text`.
         */
        ActOnCases: {
            /** @description The cases, each once, with the revision that you have read. */
            cases: {
                /**
                 * @description The id of a case.
                 * @example case_01k0a2m4qmw9s36j6a7b0c3d4e
                 */
                id: string;
                /**
                 * @description The revision of the case that you have read. If it has changed since, the action is refused.
                 * @example 2
                 */
                revision?: number;
            }[];
            /**
             * @description An action on the case.
             * @example inquire
             * @enum {unknown}
             */
            action: "retry" | "inquire" | "force" | "reverse" | "reassign" | "note";
            /**
             * @description The outcome that an operator has seen outside.
             * @example succeeded
             * @enum {unknown}
             */
            outcome?: "succeeded" | "failed";
            /**
             * @description The source of the outcome, with its date: a line of a statement, an answer of the rail.
             * @example Settlement file of 31 January, line 118: credited.
             */
            evidence?: string;
            /**
             * @description The operator who works on the case: any name that operators agree on.
             * @example asha
             */
            owner?: string;
            /**
             * @description The note.
             * @example Called the bank; they call back tomorrow.
             */
            text?: string;
        };
        /** ActedOnCases */
        ActedOnCases: {
            /** @description The result of each case, in the order of the request. */
            data: {
                /**
                 * @description The id of the case.
                 * @example case_01k0a2m4qmw9s36j6a7b0c3d4e
                 */
                id: string;
                /**
                 * @description Why the action was refused, or `internal_error` when the server failed to do it; null: it was accepted.
                 * @example null
                 */
                code: string | null;
                /**
                 * @description The refusal or failure for operators; null: the action was accepted.
                 * @example null
                 */
                detail: string | null;
            }[];
        };
        /** ApiKey */
        ApiKey: {
            /**
             * @description The id of the key, which is not its text.
             * @example key_01k0a2m4qae1fs6y4p7q9r3t5v
             */
            id: string;
            /**
             * @description The id of the book.
             * @example book_01k0a2m4q6r8s0t2v4w6x8y0z2
             */
            book: string;
            /**
             * @description Lower-case letters, digits, `-` and `_`; up to 24.
             * @example tenant-7
             */
            book_code: string;
            /**
             * @description What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin" | "operator";
            /**
             * @description Who or what uses the key.
             * @example checkout service
             */
            name: string;
            /**
             * Format: date-time
             * @description When the key was made.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the key was last seen, to within a minute or two.
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description When the key was revoked; null while it is in force.
             * @example null
             */
            revoked_at: string | null;
        };
        /** Asset */
        Asset: {
            /**
             * @description The code of the asset.
             * @example USD
             */
            code: string;
            /**
             * @description How many decimals lie between the major and the minor unit: 2 for USD, 0 for JPY.
             * @example 2
             */
            scale: number;
            /**
             * @description The name of the asset.
             * @example US Dollar
             */
            name: string;
            /**
             * @description A currency of ISO 4217, which every book has, or an asset of this book.
             * @example iso4217
             * @enum {string}
             */
            kind: "iso4217" | "custom";
        };
        /** Balance */
        Balance: {
            /**
             * @description The account.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            account: string;
            /**
             * @description The code of the account.
             * @example customers:42:wallet
             */
            code: string;
            /**
             * @description The asset of the account.
             * @example USD
             */
            asset: string;
            /**
             * @description What had come in minus what had gone out.
             * @example 250000
             */
            posted: string;
            /**
             * @description Held to go out.
             * @example 12500
             */
            pending: string;
            /**
             * @description Held to come in.
             * @example 0
             */
            pending_in: string;
            /**
             * @description posted minus pending.
             * @example 237500
             */
            available: string;
            /**
             * @description Counts what happened on the account: every entry and every change of its settings.
             * @example 7
             */
            version: number;
            /**
             * Format: date-time
             * @description The time asked for; null: now.
             * @example null
             */
            at: string | null;
        };
        /** Book */
        Book: {
            /**
             * @description The id of the book.
             * @example book_01k0a2m4q6r8s0t2v4w6x8y0z2
             */
            id: string;
            /**
             * @description Lower-case letters, digits, `-` and `_`; up to 24.
             * @example tenant-7
             */
            code: string;
            /**
             * @description The name of the book.
             * @example Tenant 7
             */
            name: string | null;
            /**
             * Format: date-time
             * @description When the book was opened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /** CallbackReceived */
        CallbackReceived: {
            /** @constant */
            received: true;
        };
        /** CancelOrRefund */
        CancelOrRefund: Record<string, never>;
        /** CancelOrRefundAnswer */
        CancelOrRefundAnswer: {
            payment: components["schemas"]["Payment"];
            /** @description The refund, when something had been captured; null when the payment was canceled. */
            refund: components["schemas"]["Refund"] | null;
        };
        /** CancelOrder */
        CancelOrder: Record<string, never>;
        /** CancelPayment */
        CancelPayment: Record<string, never>;
        /** CancelPayout */
        CancelPayout: Record<string, never>;
        /** Capture */
        Capture: {
            /**
             * @description The id of the capture.
             * @example cap_01k0a2m4qdn5jw9b2s3t6v8x1y
             */
            id: string;
            /**
             * @description The payment of which it is a part.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string;
            /**
             * @description Whether the money has been moved.
             * @example succeeded
             * @enum {string}
             */
            state: "processing" | "succeeded" | "failed";
            /**
             * @description Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.
             * @example null
             */
            reason: string | null;
            /**
             * @description What is captured, in minor units.
             * @example 12500
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Whether what remains of the authorization is released.
             * @example true
             */
            final: boolean;
            /**
             * Format: date-time
             * @description When it was asked for.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /** CapturePayment */
        CapturePayment: {
            /**
             * @description A part, when not all that is held is to be captured.
             * @example 12500
             * @example 12500
             */
            amount?: number | string;
            /**
             * @description Whether what remains is released; true when not given. `false`: more captures may follow.
             * @example true
             */
            final?: boolean;
        };
        /** Case */
        Case: {
            /**
             * @description The id of the case.
             * @example case_01k0a2m4qmw9s36j6a7b0c3d4e
             */
            id: string;
            /**
             * @description The queue of the case.
             * @example payments
             * @enum {unknown}
             */
            queue: "payments" | "disputes";
            /**
             * @description Whether it still needs an operator.
             * @example open
             * @enum {unknown}
             */
            state: "open" | "resolved";
            subject: components["schemas"]["CaseSubject"];
            /**
             * @description Why an operator is needed. The manual of cases explains each reason.
             * @example outcome_unknown
             * @enum {unknown}
             */
            reason: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "answer_due" | "bank_decides" | "give_back_refused";
            /**
             * @description What happened, for operators.
             * @example card has not answered for 61 s and knows nothing of the charge.
             */
            detail: string;
            /**
             * @description The attempt at a rail that it is about; null when there is none, or several. Its id is the idempotency key that the rail got.
             * @example null
             */
            attempt: string | null;
            /**
             * @description What an action on it moves or settles now, in minor units of `asset`; null when that is nothing, or not known.
             * @example 12500
             */
            amount: string | null;
            /**
             * @description The asset of the amount.
             * @example EUR
             */
            asset: string | null;
            /**
             * @description What resolves the case without an action. Empty when only a newer server knows the reason.
             * @example The rail reports the outcome.
             */
            closes_when: string;
            /**
             * @description Grows whenever the case, or another one of the same subject, changes. Send it with an action on the subject.
             * @example 2
             */
            revision: number;
            /**
             * @description How soon to look at it, compared with cases of the same age.
             * @example normal
             * @enum {unknown}
             */
            priority: "high" | "normal" | "low";
            /**
             * Format: date-time
             * @description Open since.
             * @example 2026-01-31T09:30:00.000000Z
             */
            since: string;
            /**
             * @description How long it has been open, or was.
             * @example 1250
             */
            age_seconds: number;
            /**
             * Format: date-time
             * @description When it becomes overdue.
             * @example 2026-01-31T09:30:00.000000Z
             */
            due_at: string;
            /**
             * @description Whether it is open and was due.
             * @example false
             */
            overdue: boolean;
            /**
             * @description The operator who works on it; null: no one yet.
             * @example asha
             */
            owner: string | null;
            /**
             * @description Whether a newer case of the same subject comes first. Until that is resolved, no action is allowed.
             * @example false
             */
            waiting: boolean;
            /** @description The actions that are allowed in this state. */
            actions: ("retry" | "inquire" | "force" | "reverse" | "reassign" | "note")[];
            /**
             * @description The outcomes that `force` may state; empty when `force` is not allowed.
             * @example []
             */
            outcomes: ("succeeded" | "failed")[];
            /**
             * @description Whether an action is being carried out; until it ends, no other is allowed.
             * @example false
             */
            acting: boolean;
            /**
             * @description The last action.
             * @example null
             */
            last_action: string | null;
            /**
             * @description The evidence for a forced outcome.
             * @example null
             */
            evidence: string | null;
            /**
             * Format: date-time
             * @description When it was resolved.
             * @example null
             */
            resolved_at: string | null;
            /**
             * @description How it ended: the last action; `settled`: without one; `replaced`: a case of another reason goes on from it. Null while it is open.
             * @example null
             */
            resolution: string | null;
        };
        /** CaseAct */
        CaseAct: {
            /**
             * Format: date-time
             * @description When.
             * @example 2026-01-31T09:30:00.000000Z
             */
            at: string;
            /**
             * @description The API key of the operator.
             * @example key_01k0a2m4qae1fs6y4p7q9r3t5v
             */
            by: string;
            /**
             * @description An action on the case.
             * @example inquire
             * @enum {unknown}
             */
            action: "retry" | "inquire" | "force" | "reverse" | "reassign" | "note";
            /**
             * @description The evidence, the new owner or the note.
             * @example null
             */
            text: string | null;
        };
        /** CaseSubject */
        CaseSubject: {
            /**
             * @description The kind of the subject. `event`: a report of a rail that matches nothing known.
             * @example payment
             * @enum {unknown}
             */
            type: "payment" | "capture" | "refund" | "payout" | "saga" | "event" | "dispute";
            /**
             * @description Its public id; the id of an event is 32 hexadecimal digits.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            id: string;
        };
        /** CaseWithActs */
        CaseWithActs: {
            /**
             * @description The id of the case.
             * @example case_01k0a2m4qmw9s36j6a7b0c3d4e
             */
            id: string;
            /**
             * @description The queue of the case.
             * @example payments
             * @enum {unknown}
             */
            queue: "payments" | "disputes";
            /**
             * @description Whether it still needs an operator.
             * @example open
             * @enum {unknown}
             */
            state: "open" | "resolved";
            subject: components["schemas"]["CaseSubject"];
            /**
             * @description Why an operator is needed. The manual of cases explains each reason.
             * @example outcome_unknown
             * @enum {unknown}
             */
            reason: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "answer_due" | "bank_decides" | "give_back_refused";
            /**
             * @description What happened, for operators.
             * @example card has not answered for 61 s and knows nothing of the charge.
             */
            detail: string;
            /**
             * @description The attempt at a rail that it is about; null when there is none, or several. Its id is the idempotency key that the rail got.
             * @example null
             */
            attempt: string | null;
            /**
             * @description What an action on it moves or settles now, in minor units of `asset`; null when that is nothing, or not known.
             * @example 12500
             */
            amount: string | null;
            /**
             * @description The asset of the amount.
             * @example EUR
             */
            asset: string | null;
            /**
             * @description What resolves the case without an action. Empty when only a newer server knows the reason.
             * @example The rail reports the outcome.
             */
            closes_when: string;
            /**
             * @description Grows whenever the case, or another one of the same subject, changes. Send it with an action on the subject.
             * @example 2
             */
            revision: number;
            /**
             * @description How soon to look at it, compared with cases of the same age.
             * @example normal
             * @enum {unknown}
             */
            priority: "high" | "normal" | "low";
            /**
             * Format: date-time
             * @description Open since.
             * @example 2026-01-31T09:30:00.000000Z
             */
            since: string;
            /**
             * @description How long it has been open, or was.
             * @example 1250
             */
            age_seconds: number;
            /**
             * Format: date-time
             * @description When it becomes overdue.
             * @example 2026-01-31T09:30:00.000000Z
             */
            due_at: string;
            /**
             * @description Whether it is open and was due.
             * @example false
             */
            overdue: boolean;
            /**
             * @description The operator who works on it; null: no one yet.
             * @example asha
             */
            owner: string | null;
            /**
             * @description Whether a newer case of the same subject comes first. Until that is resolved, no action is allowed.
             * @example false
             */
            waiting: boolean;
            /** @description The actions that are allowed in this state. */
            actions: ("retry" | "inquire" | "force" | "reverse" | "reassign" | "note")[];
            /**
             * @description The outcomes that `force` may state; empty when `force` is not allowed.
             * @example []
             */
            outcomes: ("succeeded" | "failed")[];
            /**
             * @description Whether an action is being carried out; until it ends, no other is allowed.
             * @example false
             */
            acting: boolean;
            /**
             * @description The last action.
             * @example null
             */
            last_action: string | null;
            /**
             * @description The evidence for a forced outcome.
             * @example null
             */
            evidence: string | null;
            /**
             * Format: date-time
             * @description When it was resolved.
             * @example null
             */
            resolved_at: string | null;
            /**
             * @description How it ended: the last action; `settled`: without one; `replaced`: a case of another reason goes on from it. Null while it is open.
             * @example null
             */
            resolution: string | null;
            /** @description The newest 100 actions of operators, oldest first. */
            acts: components["schemas"]["CaseAct"][];
            /**
             * @description Whether there are older actions. `GET /v1/cases/{id}/acts` lists all.
             * @example false
             */
            has_more_acts: boolean;
        };
        /** ChallengeDispute */
        ChallengeDispute: {
            /** @description Texts and files for the bank. */
            evidence: (components["schemas"]["EvidenceText"] | components["schemas"]["EvidenceFile"])[];
        };
        /**
         * ChangeAccount
         * @example {
         *       "metadata": {
         *         "order": "1042"
         *       }
         *     }
         */
        ChangeAccount: {
            /**
             * @description The new lower limit of the available balance; null for none. It may be above what is there now.
             * @example -5000
             */
            min_available?: number | string | null;
            /**
             * @description The new upper limit of the balance; null for none.
             * @example null
             */
            max_balance?: number | string | null;
            /**
             * @description Replaces all metadata of the account.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
            /**
             * @description Refuse with `condition_not_met` unless the version of the account is this.
             * @example 7
             */
            version?: number;
        };
        /** ChangeAccountState */
        ChangeAccountState: {
            /**
             * @description Refuse with `condition_not_met` unless the version of the account is this.
             * @example 7
             */
            version?: number;
        };
        /**
         * ChangeItem
         * @example {
         *       "stock_change": 50
         *     }
         */
        ChangeItem: {
            /**
             * @description What people call it.
             * @example Blue mug
             */
            name?: string;
            /**
             * @description The price of one, in minor units.
             * @example 12500
             * @example 12500
             */
            price?: number | string;
            /**
             * @description How many can be reserved from now on.
             * @example 12
             */
            stock?: number;
            /**
             * @description How many come in, or with a minus go out. It is safe while orders come in; `stock` is not.
             * @example 50
             */
            stock_change?: number;
        };
        /**
         * ChangeVendor
         * @example {
         *       "sla_ms": 2000
         *     }
         */
        ChangeVendor: {
            /**
             * @description The name of the vendor.
             * @example Tiffin House
             */
            name?: string | null;
            /**
             * @description The lane of its work from now on.
             * @example instant
             * @enum {unknown}
             */
            lane?: "instant" | "standard" | "bulk";
            /**
             * @description Within which time work of the vendor is to be begun, in milliseconds.
             * @example 1000
             */
            sla_ms?: number;
            /**
             * @description The most pieces of work that one process has in flight; null: the lane's own ceiling.
             * @example null
             */
            in_flight_max?: number | null;
        };
        /** Checkout */
        Checkout: {
            /**
             * @description The id of the saga.
             * @example saga_01k0a2m4qkv7r25h4z5a8b1c2d
             */
            id: string;
            /**
             * @description Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
             * @example orchestrated
             * @enum {unknown}
             */
            coordinator: "orchestrated" | "choreographed";
            /**
             * @description `reversing`: what was done is being compensated. `stuck`: that did not work, and an operator has to decide.
             * @example completed
             * @enum {unknown}
             */
            state: "running" | "reversing" | "completed" | "reversed" | "stuck";
            /**
             * @description Why it goes or went back.
             * @example null
             */
            reason: string | null;
            /** @description In the order of the actions. */
            steps: {
                /**
                 * @description The name of the step.
                 * @example reserve
                 */
                name: string;
                /**
                 * @description `acting`, `compensating`: under way. `refused`: it said no. `compensated`: undone. `failed`: it could not be compensated, and has a case. `canceled`: it never began.
                 * @example done
                 * @enum {unknown}
                 */
                state: "pending" | "acting" | "done" | "refused" | "compensating" | "compensated" | "failed" | "canceled";
                /**
                 * @description Why it was refused, or has failed.
                 * @example null
                 */
                reason: string | null;
            }[];
        };
        /** CreateAccount */
        CreateAccount: {
            /**
             * @description An id of your own making (`acc_` and a UUIDv7 in base32). Sending it twice opens one account.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            id?: string;
            /**
             * @description The code of the account: unique in its book, not of the form of an account id.
             * @example customers:42:wallet
             */
            code: string;
            /**
             * @description The one asset the account counts: an ISO 4217 currency or a custom asset of the book.
             * @example USD
             */
            asset: string;
            /**
             * @description The least the available balance may become. 0 when not given; negative for an overdraft; null for no limit.
             * @example 0
             */
            min_available?: number | string | null;
            /**
             * @description The most that posted plus pending_in may become. No limit when null or not given.
             * @example 1000000
             */
            max_balance?: number | string | null;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
        };
        /** CreateAccountResult */
        CreateAccountResult: {
            /**
             * @description 201: opened. 200: the same had been opened before. 4xx: refused.
             * @example 201
             */
            status: number;
            account?: components["schemas"]["Account"];
            error?: components["schemas"]["ItemError"];
        };
        /** CreateAccounts */
        CreateAccounts: {
            /** @description The accounts to open, each for itself, in this order. */
            accounts: components["schemas"]["CreateAccount"][];
        };
        /** CreateAccountsAnswer */
        CreateAccountsAnswer: {
            /** @description What became of each, at the index it was sent at. */
            results: components["schemas"]["CreateAccountResult"][];
        };
        /** CreateApiKey */
        CreateApiKey: {
            /**
             * @description Id or code; by default the book the request acts in.
             * @example tenant-7
             */
            book?: string;
            /**
             * @description What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin" | "operator";
            /**
             * @description Who or what uses the key.
             * @example checkout service
             */
            name: string;
        };
        /** CreateAsset */
        CreateAsset: {
            /**
             * @description The code of the asset: none of ISO 4217.
             * @example XAU-MG
             */
            code: string;
            /**
             * @description How many decimals lie between the major and the minor unit: 2 for USD, 0 for JPY.
             * @example 2
             */
            scale: number;
            /**
             * @description The name of the asset.
             * @example Gold, milligrams
             */
            name: string;
        };
        /** CreateBook */
        CreateBook: {
            /**
             * @description Lower-case letters, digits, `-` and `_`; up to 24.
             * @example tenant-7
             */
            code: string;
            /**
             * @description The name of the book.
             * @example Tenant 7
             */
            name?: string;
        };
        /** CreateItem */
        CreateItem: {
            /**
             * @description Your own name for it; no two items of a book have the same.
             * @example mug-blue
             */
            code: string;
            /**
             * @description What people call it.
             * @example Blue mug
             */
            name: string;
            /**
             * @description The asset of its price.
             * @example USD
             */
            asset: string;
            /**
             * @description The price of one, in minor units.
             * @example 12500
             * @example 12500
             */
            price: number | string;
            /**
             * @description How many can still be reserved.
             * @example 12
             */
            stock?: number;
        };
        /** CreateOrder */
        CreateOrder: {
            /**
             * @description What is ordered; each item once.
             * @example [
             *       {
             *         "item": "mug-blue",
             *         "quantity": 2
             *       }
             *     ]
             */
            lines: components["schemas"]["CreateOrderLine"][];
            /**
             * @description Where the money comes from: an account of the book, or a rail and an instrument.
             * @example {
             *       "wallet": "customers:42:wallet"
             *     }
             */
            source: components["schemas"]["WalletSource"] | components["schemas"]["RailSourceInput"];
            /**
             * @description The account that is paid, by its id or its code.
             * @example merchants:7
             */
            destination: string;
            /**
             * @description `manual`: the money is held first, and moved by captures.
             * @example automatic
             * @enum {string}
             */
            capture?: "automatic" | "manual";
            /**
             * @description Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
             * @example orchestrated
             * @enum {unknown}
             */
            coordinator?: "orchestrated" | "choreographed";
            /**
             * @description Whose business it is: a vendor's code. The vendor's policy chooses the lane.
             * @example shop-7
             */
            vendor?: string;
            /**
             * @description The client's own reference; no two of a book have the same.
             * @example order-1042
             */
            reference?: string;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
        };
        /** CreateOrderLine */
        CreateOrderLine: {
            /**
             * @description The item, by its id or its code.
             * @example mug-blue
             */
            item: string;
            /**
             * @description How many of it.
             * @example 2
             */
            quantity: number;
        };
        /**
         * CreatePayment
         * @example {
         *       "amount": "12500",
         *       "asset": "USD",
         *       "source": {
         *         "wallet": "customers:42:wallet"
         *       },
         *       "destination": "merchants:7"
         *     }
         */
        CreatePayment: {
            /**
             * @description Minor units (cents for USD), as an integer or a digit string.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Where the money comes from: an account of the book, or a rail and an instrument.
             * @example {
             *       "wallet": "customers:42:wallet"
             *     }
             */
            source: components["schemas"]["WalletSource"] | components["schemas"]["RailSourceInput"];
            /**
             * @description The one account that gets the amount, less the fee; instead of `destinations`, by its id or its code.
             * @example merchants:7
             */
            destination?: string;
            /** @description The shares of several accounts; with the fee they add up to the amount. */
            destinations?: components["schemas"]["ShareInput"][];
            fee?: components["schemas"]["ShareInput"];
            /**
             * @description `manual`: the money is held first, and moved by captures.
             * @example automatic
             * @enum {string}
             */
            capture?: "automatic" | "manual";
            /**
             * @description Whose business it is: a vendor's code. The vendor's policy chooses the lane.
             * @example shop-7
             */
            vendor?: string;
            /**
             * @description The client's own reference; no two of a book have the same.
             * @example order-1042
             */
            reference?: string;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description Only with manual capture: when the authorization lapses at the latest.
             * @example 2026-01-31T09:30:00Z
             */
            expires_at?: string;
        };
        /** CreatePayout */
        CreatePayout: {
            /**
             * @description Minor units (cents for USD), as an integer or a digit string.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description The account it is taken from, by its id or its code.
             * @example merchants:7
             */
            source: string;
            /**
             * @description The rail it goes out over.
             * @example bank
             */
            rail: string;
            /**
             * @description What may carry it instead, in this order, when the rail is away or declines and another may do.
             * @example [
             *       "upi"
             *     ]
             */
            other_rails?: string[];
            /**
             * @description The payee's instrument: a token or address that the rail knows.
             * @example GB33BUKB20201555555555
             */
            instrument: string;
            /**
             * @description Whose business it is: a vendor's code. The vendor's policy chooses the lane.
             * @example shop-7
             */
            vendor?: string;
            /**
             * @description The client's own reference; no two of a book have the same.
             * @example order-1042
             */
            reference?: string;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
        };
        /** CreateRefund */
        CreateRefund: {
            /**
             * @description The payment to refund.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string;
            /**
             * @description A part; the whole rest when not given.
             * @example 12500
             * @example 12500
             */
            amount?: number | string;
            to?: components["schemas"]["RefundToWallet"];
            /** @description Who pays for it; else the destinations and the fee in proportion to what each still has of it. */
            from?: components["schemas"]["ShareInput"][];
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
        };
        /** CreateTransfer */
        CreateTransfer: {
            /**
             * @description An id of your own making (`trf_` and a UUIDv7 in base32). Sending it twice moves the money once.
             * @example trf_01k0a2m4q8f2hn4gm2v7r9w1k6
             */
            id?: string;
            /**
             * @description The account the money leaves, by its id or its code.
             * @example customers:42:wallet
             */
            source: string;
            /**
             * @description The account the money goes to, by its id or its code.
             * @example merchants:7
             */
            destination: string;
            /**
             * @description Minor units (cents for USD), as an integer or a digit string. With `balancing`: the most to move.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
            /**
             * @description The asset of both accounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Hold the amount now; post or void it later.
             * @example false
             */
            pending?: boolean;
            /**
             * Format: date-time
             * @description Only with `pending`: when the hold lapses by itself.
             * @example 2026-01-31T09:30:00Z
             */
            expires_at?: string;
            /**
             * @description Move as much as there is, up to `amount`: what the source can spare, or what the destination can take.
             * @example source
             * @enum {string}
             */
            balancing?: "source" | "destination";
            /**
             * @description The client's own reference; no two transfers of a book may have the same.
             * @example invoice-2026-0042
             */
            reference?: string;
            /**
             * Format: date-time
             * @description When the transfer counts from; now when not given, never in the future.
             * @example 2026-01-31T09:30:00Z
             */
            effective_at?: string;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
            /** @description What must hold of the two accounts for the transfer to be made. */
            conditions?: {
                source?: components["schemas"]["AccountCondition"];
                destination?: components["schemas"]["AccountCondition"];
            };
            /**
             * @description Answer what would happen, and do nothing.
             * @example false
             */
            dry_run?: boolean;
        };
        /** CreateTransferItem */
        CreateTransferItem: {
            /**
             * @description An id of your own making (`trf_` and a UUIDv7 in base32). Sending it twice moves the money once.
             * @example trf_01k0a2m4q8f2hn4gm2v7r9w1k6
             */
            id?: string;
            /**
             * @description The account the money leaves, by its id or its code.
             * @example customers:42:wallet
             */
            source: string;
            /**
             * @description The account the money goes to, by its id or its code.
             * @example merchants:7
             */
            destination: string;
            /**
             * @description Minor units (cents for USD), as an integer or a digit string. With `balancing`: the most to move.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
            /**
             * @description The asset of both accounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Hold the amount now; post or void it later.
             * @example false
             */
            pending?: boolean;
            /**
             * Format: date-time
             * @description Only with `pending`: when the hold lapses by itself.
             * @example 2026-01-31T09:30:00Z
             */
            expires_at?: string;
            /**
             * @description Move as much as there is, up to `amount`: what the source can spare, or what the destination can take.
             * @example source
             * @enum {string}
             */
            balancing?: "source" | "destination";
            /**
             * @description The client's own reference; no two transfers of a book may have the same.
             * @example invoice-2026-0042
             */
            reference?: string;
            /**
             * Format: date-time
             * @description When the transfer counts from; now when not given, never in the future.
             * @example 2026-01-31T09:30:00Z
             */
            effective_at?: string;
            /**
             * @description Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata?: {
                [key: string]: string;
            };
            /** @description What must hold of the two accounts for the transfer to be made. */
            conditions?: {
                source?: components["schemas"]["AccountCondition"];
                destination?: components["schemas"]["AccountCondition"];
            };
        };
        /** CreateTransferResult */
        CreateTransferResult: {
            /**
             * @description 201: booked. 200: booked before under the same id, or a dry run. 4xx: refused.
             * @example 201
             */
            status: number;
            transfer?: components["schemas"]["Transfer"];
            error?: components["schemas"]["ItemError"];
        };
        /** CreateTransfers */
        CreateTransfers: {
            /** @description The transfers, decided in this order. */
            transfers: components["schemas"]["CreateTransferItem"][];
            /**
             * @description All or nothing: one refusal refuses every transfer of the batch.
             * @example true
             */
            atomic?: boolean;
            /**
             * @description Answer what would happen, and do nothing.
             * @example false
             */
            dry_run?: boolean;
        };
        /** CreateTransfersAnswer */
        CreateTransfersAnswer: {
            /**
             * @description How many were booked by this request.
             * @example 1
             */
            booked: number;
            /**
             * @description How many had been booked before, under the same id.
             * @example 0
             */
            replayed: number;
            /**
             * @description How many were refused.
             * @example 0
             */
            refused: number;
            /** @description What became of each, at the index it was sent at. */
            results: components["schemas"]["CreateTransferResult"][];
        };
        /** CreateVendor */
        CreateVendor: {
            /**
             * @description The code of the vendor, by which payments name it.
             * @example tiffin-house
             */
            code: string;
            /**
             * @description The name of the vendor.
             * @example Tiffin House
             */
            name?: string;
            /**
             * @description The lane of its work; without it, the one that keeps `sla_ms`, or `standard`.
             * @example instant
             * @enum {unknown}
             */
            lane?: "instant" | "standard" | "bulk";
            /**
             * @description Within which time work of the vendor is to be begun, in milliseconds.
             * @example 1000
             */
            sla_ms?: number;
            /**
             * @description The most pieces of work of the vendor that one process has in flight.
             * @example 200
             */
            in_flight_max?: number;
        };
        /**
         * DeadLetter
         * @description A piece of work that could not be done, kept until an operator replays or discards it.
         */
        DeadLetter: {
            /**
             * @description The id of the dead letter.
             * @example dlt_01k0a2m4qjt5q14g2y3z6a9b0c
             */
            id: string;
            /**
             * @description The lane it was in.
             * @example standard
             * @enum {unknown}
             */
            lane: "rollback" | "instant" | "standard" | "bulk";
            /**
             * @description What was to be done.
             * @example payment.input
             */
            kind: string;
            /**
             * @description The code of the vendor whose work it was.
             * @example null
             */
            vendor: string | null;
            /**
             * @description What it is about.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            subject: string;
            /**
             * @description What it carried.
             * @example {
             *       "s": "payment",
             *       "i": "start"
             *     }
             */
            payload: unknown;
            /**
             * @description How often it was tried.
             * @example 1
             */
            attempts: number;
            /**
             * @description `permanent`: it can never succeed as it is. `exhausted`: it was tried too often.
             * @example permanent
             * @enum {unknown}
             */
            cause: "permanent" | "exhausted";
            /**
             * @description The code of what went wrong at the last try.
             * @example TypeError
             */
            code: string;
            /**
             * @description What went wrong at the last try.
             * @example amount is undefined
             */
            reason: string;
            /**
             * Format: date-time
             * @description When it was enqueued.
             * @example 2026-01-31T09:30:00.000000Z
             */
            enqueued_at: string;
            /**
             * Format: date-time
             * @description When it was given up.
             * @example 2026-01-31T09:30:00.000000Z
             */
            died_at: string;
            /**
             * Format: date-time
             * @description When it was enqueued again; null while no one has.
             * @example null
             */
            replayed_at: string | null;
            /**
             * Format: date-time
             * @description When an operator discarded it, by `force` on its case; null while no one has.
             * @example null
             */
            discarded_at: string | null;
        };
        /**
         * Dispute
         * @description Money that the payer's bank demands back.
         */
        Dispute: {
            /**
             * @description The id of the dispute.
             * @example dsp_01k0a2m4qgt4qa2h9z1w3x5y7b
             */
            id: string;
            /**
             * @description The disputed payment.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string;
            /** @description The disputed capture, if it is one. */
            capture: string | null;
            /** @description The attempt whose money is disputed. Null: an earlier version stored the dispute. */
            attempt: string | null;
            /**
             * @description The rail that took the disputed money.
             * @example card
             */
            rail: string;
            /**
             * @description The rail's own name of the dispute.
             * @example dsp_4n7q
             */
            rail_reference: string;
            /**
             * @description The disputed amount, in minor units.
             * @example 5000
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string | null;
            /**
             * @description `inquiry`: the bank asks, and takes nothing. `opened`: it demands the money. `challenged`: the evidence is with it. `pre_arbitration`: it disputes an answer, or its own decision. `won`: the money stays, or came back. `lost`, `accepted`, `expired`: the money is gone.
             * @example opened
             * @enum {string}
             */
            stage: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
            /**
             * Format: date-time
             * @description When it came to this stage, by the rail.
             * @example 2026-01-31T09:30:00.000000Z
             */
            stage_at: string;
            /**
             * @description The rail's own code of the reason.
             * @example 4853
             */
            reason_code: string | null;
            /**
             * @description The kind of reason, common to all rails.
             * @example not_received
             * @enum {string|null}
             */
            category: "fraud" | "not_received" | "not_as_described" | "duplicate" | "canceled" | "processing_error" | "other" | null;
            /**
             * Format: date-time
             * @description An answer after this time is too late.
             * @example null
             */
            evidence_due_at: string | null;
            /**
             * @description What the rail charges for the dispute, in minor units. Not part of the amount.
             * @example 1500
             */
            fee: string | null;
            /**
             * @description Whether the rail has the money, and those who got it have paid it back.
             * @example true
             */
            held_back: boolean;
            /** @description Null: none is on its way. */
            answer: components["schemas"]["DisputeAnswer"] | null;
            /**
             * Format: date-time
             * @description When it was first reported.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /**
         * DisputeAnswer
         * @description The answer at this stage, until the rail has confirmed it.
         */
        DisputeAnswer: {
            /**
             * @description What is answered.
             * @example challenge
             * @enum {string}
             */
            kind: "accept" | "challenge";
            /**
             * @description `pending`: the rail has not confirmed it yet. `refused`: the rail does not take it.
             * @example pending
             * @enum {string}
             */
            state: "pending" | "refused";
            /**
             * @description Why the rail refused it.
             * @example The time for evidence is over.
             */
            why: string | null;
        };
        /**
         * DisputeEvent
         * @description Something happened to a dispute; `data` is the dispute right after it.
         */
        DisputeEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the dispute.
             * @example dispute.inquiry
             * @enum {string}
             */
            type: "dispute.inquiry" | "dispute.opened" | "dispute.challenged" | "dispute.pre_arbitration" | "dispute.won" | "dispute.lost" | "dispute.accepted" | "dispute.expired";
            data: components["schemas"]["Dispute"];
        };
        /** DisputeWithEvidence */
        DisputeWithEvidence: {
            /**
             * @description The id of the dispute.
             * @example dsp_01k0a2m4qgt4qa2h9z1w3x5y7b
             */
            id: string;
            /**
             * @description The disputed payment.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string;
            /** @description The disputed capture, if it is one. */
            capture: string | null;
            /** @description The attempt whose money is disputed. Null: an earlier version stored the dispute. */
            attempt: string | null;
            /**
             * @description The rail that took the disputed money.
             * @example card
             */
            rail: string;
            /**
             * @description The rail's own name of the dispute.
             * @example dsp_4n7q
             */
            rail_reference: string;
            /**
             * @description The disputed amount, in minor units.
             * @example 5000
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string | null;
            /**
             * @description `inquiry`: the bank asks, and takes nothing. `opened`: it demands the money. `challenged`: the evidence is with it. `pre_arbitration`: it disputes an answer, or its own decision. `won`: the money stays, or came back. `lost`, `accepted`, `expired`: the money is gone.
             * @example opened
             * @enum {string}
             */
            stage: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
            /**
             * Format: date-time
             * @description When it came to this stage, by the rail.
             * @example 2026-01-31T09:30:00.000000Z
             */
            stage_at: string;
            /**
             * @description The rail's own code of the reason.
             * @example 4853
             */
            reason_code: string | null;
            /**
             * @description The kind of reason, common to all rails.
             * @example not_received
             * @enum {string|null}
             */
            category: "fraud" | "not_received" | "not_as_described" | "duplicate" | "canceled" | "processing_error" | "other" | null;
            /**
             * Format: date-time
             * @description An answer after this time is too late.
             * @example null
             */
            evidence_due_at: string | null;
            /**
             * @description What the rail charges for the dispute, in minor units. Not part of the amount.
             * @example 1500
             */
            fee: string | null;
            /**
             * @description Whether the rail has the money, and those who got it have paid it back.
             * @example true
             */
            held_back: boolean;
            /** @description Null: none is on its way. */
            answer: components["schemas"]["DisputeAnswer"] | null;
            /**
             * Format: date-time
             * @description When it was first reported.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /** @description What was sent to the bank, oldest first; at most 100. */
            evidence: components["schemas"]["SentEvidence"][];
        };
        /** Entry */
        Entry: {
            /**
             * @description The transfer the entry belongs to.
             * @example trf_01k0a2m4q8f2hn4gm2v7r9w1k6
             */
            transfer: string;
            /**
             * @description What happened: money moved at once, was held, or its hold was settled, voided or expired.
             * @example posted
             * @enum {string}
             */
            kind: "posted" | "held" | "settled" | "voided" | "expired";
            /**
             * @description Whether the account is the destination or the source of the transfer.
             * @example out
             * @enum {string}
             */
            direction: "in" | "out";
            /**
             * @description What was moved by this entry; 0 for a hold.
             * @example 12500
             */
            amount: string;
            /**
             * @description By how much the amount held changed, with its sign.
             * @example 0
             */
            pending_change: string;
            /**
             * @description The posted balance after the entry.
             * @example 250000
             */
            posted: string;
            /**
             * @description Held to go out, after the entry.
             * @example 12500
             */
            pending: string;
            /**
             * @description Held to come in, after the entry.
             * @example 0
             */
            pending_in: string;
            /**
             * @description posted minus pending, after the entry.
             * @example 237500
             */
            available: string;
            /**
             * @description Counts what happened on the account: every entry and every change of its settings.
             * @example 7
             */
            version: number;
            /**
             * @description The account on the other side.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            counterparty: string;
            /**
             * @description The code of the account on the other side.
             * @example merchants:7
             */
            counterparty_code: string;
            /**
             * @description The client's own reference; no two transfers of a book have the same.
             * @example invoice-2026-0042
             */
            reference: string | null;
            /**
             * Format: date-time
             * @description When the transfer counts from.
             * @example 2026-01-31T09:30:00.000000Z
             */
            effective_at: string;
            /**
             * Format: date-time
             * @description When the entry was written.
             * @example 2026-01-31T09:30:00.000000Z
             */
            recorded_at: string;
        };
        /**
         * Event
         * @description Something that happened in the books.
         */
        Event: components["schemas"]["TransferEvent"] | components["schemas"]["AccountEvent"] | components["schemas"]["RailEvent"] | components["schemas"]["PaymentEvent"] | components["schemas"]["RefundEvent"] | components["schemas"]["PayoutEvent"] | components["schemas"]["DisputeEvent"] | components["schemas"]["OrderEvent"];
        /** EvidenceFile */
        EvidenceFile: {
            /**
             * @description The name that the bank sees. It is no path.
             * @example delivery.pdf
             */
            name: string;
            /**
             * @description The media type of the content.
             * @example application/pdf
             * @enum {string}
             */
            media_type: "application/pdf" | "image/jpeg" | "image/png" | "text/plain";
            /**
             * @description The bytes in base64; at most 128 KiB of them.
             * @example JVBERi0xLjcK
             */
            content: string;
        };
        /** EvidenceText */
        EvidenceText: {
            /**
             * @description A statement to the bank.
             * @example The parcel was handed over on 3 May.
             */
            text: string;
        };
        /** ForceCase */
        ForceCase: {
            /**
             * @description The outcome that an operator has seen outside.
             * @example succeeded
             * @enum {unknown}
             */
            outcome: "succeeded" | "failed";
            /**
             * @description The source of the outcome, with its date: a line of a statement, an answer of the rail.
             * @example Settlement file of 31 January, line 118: credited.
             */
            evidence: string;
            /**
             * @description The revision of the case that you have read. If it has changed since, the action is refused.
             * @example 2
             */
            revision?: number;
        };
        /** IncrementPayment */
        IncrementPayment: {
            /**
             * @description How much more is to be held, in minor units.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
        };
        /** Item */
        Item: {
            /**
             * @description The id of the item.
             * @example item_01k0a2m4qnx1t47k8b9c2d5e6f
             */
            id: string;
            /**
             * @description Your own name for it; no two items of a book have the same.
             * @example mug-blue
             */
            code: string;
            /**
             * @description What people call it.
             * @example Blue mug
             */
            name: string;
            /**
             * @description The asset of its price.
             * @example USD
             */
            asset: string;
            /**
             * @description The price of one, in minor units.
             * @example 1250
             */
            price: string;
            /**
             * @description How many can still be reserved.
             * @example 12
             */
            stock: number;
            /**
             * Format: date-time
             * @description When it was added.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /** ItemError */
        ItemError: {
            /** @description The code of the refusal; see the list of errors. */
            code: string;
            /** @description What was wrong, for people. */
            detail: string;
            /** @description The field that was wrong. */
            param?: string;
        };
        /**
         * Lane
         * @description A class of priority as it is now, over all books and processes.
         */
        Lane: {
            /**
             * @description The lane.
             * @example standard
             * @enum {unknown}
             */
            lane: "rollback" | "instant" | "standard" | "bulk";
            /**
             * @description `paused` by an operator; `breaker_open` when a kind of its work is not handled because nearly all of it fails.
             * @example running
             * @enum {unknown}
             */
            state: "running" | "paused" | "breaker_open";
            /**
             * @description Within which time its work is to be begun, in milliseconds.
             * @example 1000
             */
            sla_ms: number;
            /**
             * @description Pieces of work that could be done now.
             * @example 12
             */
            depth: number;
            /**
             * @description Pieces of work that wait for their time.
             * @example 3
             */
            delayed: number;
            /**
             * @description Since when the oldest of those due has been so, in milliseconds.
             * @example 40
             */
            oldest_ms: number;
            /**
             * @description Pieces of work being done now, in all processes.
             * @example 96
             */
            in_flight: number;
            /**
             * @description What was done in the last second, in all processes.
             * @example 2150
             */
            per_second: number;
            /**
             * @description Processes at work.
             * @example 2
             */
            workers: number;
            /**
             * @description Dead letters that were neither replayed nor discarded.
             * @example 0
             */
            dead_letters: number;
            /** @description Kinds of work that are not being handled because nearly all of it fails. */
            breakers: {
                /**
                 * @description What is not being handled.
                 * @example payment.input
                 */
                kind: string;
                /**
                 * @description Why.
                 * @example nearly every message of the last seconds failed
                 */
                reason: string;
                /**
                 * Format: date-time
                 * @description Since when.
                 * @example 2026-01-31T09:30:00.000000Z
                 */
                opened_at: string;
                /**
                 * Format: date-time
                 * @description When a single piece of work is tried again.
                 * @example 2026-01-31T09:30:00.000000Z
                 */
                retry_at: string;
            }[];
        };
        /** Lanes */
        Lanes: {
            data: components["schemas"]["Lane"][];
        };
        /** NewApiKey */
        NewApiKey: {
            /**
             * @description The id of the key, which is not its text.
             * @example key_01k0a2m4qae1fs6y4p7q9r3t5v
             */
            id: string;
            /**
             * @description The id of the book.
             * @example book_01k0a2m4q6r8s0t2v4w6x8y0z2
             */
            book: string;
            /**
             * @description Lower-case letters, digits, `-` and `_`; up to 24.
             * @example tenant-7
             */
            book_code: string;
            /**
             * @description What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin" | "operator";
            /**
             * @description Who or what uses the key.
             * @example checkout service
             */
            name: string;
            /**
             * Format: date-time
             * @description When the key was made.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the key was last seen, to within a minute or two.
             * @example null
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description When the key was revoked; null while it is in force.
             * @example null
             */
            revoked_at: string | null;
            /**
             * @description The text of the key. It is shown in this answer alone; a replay of the request has null here.
             * @example munim_…
             */
            key: string | null;
        };
        /** NoteOnCase */
        NoteOnCase: {
            /**
             * @description The note.
             * @example Called the bank; they call back tomorrow.
             */
            text: string;
        };
        /** Order */
        Order: {
            /**
             * @description The id of the order.
             * @example ord_01k0a2m4qpy3v58m0c1d4e7f8g
             */
            id: string;
            /**
             * @description `processing`: being checked out, or being returned. `confirmed`: paid, and the items are reserved. `failed`: it came to nothing and the money is back. `refunded`: it was confirmed and canceled after that.
             * @example confirmed
             * @enum {string}
             */
            state: "processing" | "confirmed" | "failed" | "refunded";
            /**
             * @description Why it failed or goes back: `out_of_stock`, `canceled`, or why the payment failed.
             * @example null
             */
            reason: string | null;
            /**
             * @description What all of it costs, in minor units.
             * @example 2500
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /** @description What is ordered. */
            lines: components["schemas"]["OrderLine"][];
            /**
             * @description Where the money comes from.
             * @example {
             *       "rail": "card",
             *       "instrument": "card_visa_ok",
             *       "other_rails": []
             *     }
             */
            source: components["schemas"]["WalletSource"] | components["schemas"]["RailSource"];
            /**
             * @description The account that is paid, by its id or its code.
             * @example merchants:7
             */
            destination: string;
            /**
             * @description `manual`: the money is held first, and moved by captures.
             * @example automatic
             * @enum {string}
             */
            capture: "automatic" | "manual";
            /**
             * @description Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.
             * @example orchestrated
             * @enum {unknown}
             */
            coordinator: "orchestrated" | "choreographed";
            /**
             * @description The vendor's code; null for nobody's.
             * @example shop-7
             */
            vendor: string | null;
            /**
             * @description The payment that pays for it; null before there is one.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string | null;
            /**
             * @description The client's own reference.
             * @example cart-1042
             */
            reference: string | null;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When it was placed.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /**
         * OrderEvent
         * @description Something happened to an order; `data` is the order right after it.
         */
        OrderEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the order.
             * @example order.confirmed
             * @enum {string}
             */
            type: "order.created" | "order.confirmed" | "order.failed" | "order.refunded";
            data: components["schemas"]["Order"];
        };
        /** OrderLine */
        OrderLine: {
            /**
             * @description The id of the item.
             * @example item_01k0a2m4qnx1t47k8b9c2d5e6f
             */
            item: string;
            /**
             * @description The code of the item.
             * @example mug-blue
             */
            code: string;
            /**
             * @description How many of it.
             * @example 2
             */
            quantity: number;
            /**
             * @description The price of one when it was ordered, in minor units.
             * @example 1250
             */
            price: string;
        };
        /** Payment */
        Payment: {
            /**
             * @description The id of the payment.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            id: string;
            /**
             * @description `processing`: under way. `authorized`: the money is held and waits for its capture. `succeeded`, `failed`, `canceled`: ended. `requires_review`: an operator has to decide.
             * @example succeeded
             * @enum {string}
             */
            state: "processing" | "requires_review" | "authorized" | "succeeded" | "failed" | "canceled";
            /**
             * @description Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.
             * @example null
             */
            reason: string | null;
            /**
             * @description What the payment is about, in minor units.
             * @example 12500
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Where the money comes from.
             * @example {
             *       "rail": "card",
             *       "instrument": "card_visa_ok",
             *       "other_rails": []
             *     }
             */
            source: components["schemas"]["WalletSource"] | components["schemas"]["RailSource"];
            /** @description Where it goes to; with the fee it adds up to the amount. */
            destinations: components["schemas"]["Share"][];
            /**
             * @description The platform's part, and the account it goes to.
             * @example {
             *       "account": "platform:fees",
             *       "amount": "500"
             *     }
             */
            fee: components["schemas"]["Share"] | null;
            /**
             * @description `manual`: the money is held first, and moved by captures.
             * @example automatic
             * @enum {string}
             */
            capture: "automatic" | "manual";
            /**
             * @description Held, and neither captured nor released.
             * @example 0
             */
            amount_capturable: string;
            /**
             * @description Being captured over the rail now.
             * @example 0
             */
            amount_capturing: string;
            /**
             * @description What has been moved.
             * @example 12500
             */
            amount_captured: string;
            /**
             * @description Of refunds that are under way.
             * @example 0
             */
            amount_refunding: string;
            /**
             * @description Of refunds that succeeded; a dispute that was lost counts as one.
             * @example 0
             */
            amount_refunded: string;
            /**
             * @description The rail that carries it now, or carried it last.
             * @example card
             */
            rail: string | null;
            /**
             * @description The rail's own name of it.
             * @example ch_4n7q
             */
            rail_reference: string | null;
            /**
             * @description The vendor's code; null for nobody's.
             * @example shop-7
             */
            vendor: string | null;
            /**
             * @description The client's own reference.
             * @example order-1042
             */
            reference: string | null;
            /**
             * Format: date-time
             * @description When the authorization lapses.
             * @example null
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was accepted.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
        };
        /**
         * PaymentEvent
         * @description Something happened to a payment; `data` is the payment right after it.
         */
        PaymentEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the payment.
             * @example payment.created
             * @enum {string}
             */
            type: "payment.created" | "payment.authorized" | "payment.incremented" | "payment.captured" | "payment.succeeded" | "payment.failed" | "payment.canceled" | "payment.retried" | "payment.requires_review" | "payment.resolved" | "payment.disputed";
            data: components["schemas"]["Payment"];
        };
        /** Payout */
        Payout: {
            /**
             * @description The id of the payout.
             * @example out_01k0a2m4qfq9my1d6v7w0x3y4z
             */
            id: string;
            /**
             * @description `processing`: under way. `succeeded`: it went out. `failed`, `canceled`: the money is back in its account. `requires_review`: an operator has to decide.
             * @example succeeded
             * @enum {string}
             */
            state: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
            /**
             * @description Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.
             * @example null
             */
            reason: string | null;
            /**
             * @description What goes out, in minor units.
             * @example 9000
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description The account it is taken from, by its id or its code.
             * @example merchants:7
             */
            source: string;
            /**
             * @description The rail it goes out over.
             * @example bank
             */
            rail: string;
            /**
             * @description What may carry it instead, in this order, when the rail is away or declines and another may do.
             * @example [
             *       "upi"
             *     ]
             */
            other_rails: string[];
            /**
             * @description The payee's instrument: a token or address that the rail knows.
             * @example GB33BUKB20201555555555
             */
            instrument: string;
            /**
             * @description The rail's own name of it.
             * @example ch_4n7q
             */
            rail_reference: string | null;
            /**
             * @description The vendor's code; null for nobody's.
             * @example shop-7
             */
            vendor: string | null;
            /**
             * @description The client's own reference.
             * @example order-1042
             */
            reference: string | null;
            /**
             * Format: date-time
             * @description When it was accepted.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
        };
        /**
         * PayoutEvent
         * @description Something happened to a payout; `data` is the payout right after it.
         */
        PayoutEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the payout.
             * @example payout.created
             * @enum {string}
             */
            type: "payout.created" | "payout.succeeded" | "payout.failed" | "payout.canceled" | "payout.requires_review" | "payout.resolved";
            data: components["schemas"]["Payout"];
        };
        /** PostTransfer */
        PostTransfer: {
            /**
             * @description A part of the amount held, when not all of it is to be posted; the rest is released.
             * @example 10000
             */
            amount?: number | string;
        };
        /**
         * Problem
         * @description Why a request was not done (RFC 9457).
         */
        Problem: {
            /**
             * @description Where the code is explained.
             * @example /docs/errors#insufficient_funds
             */
            type: string;
            /**
             * @description What the code means, in few words.
             * @example The source has too little
             */
            title: string;
            /**
             * @description The HTTP status.
             * @example 422
             */
            status: number;
            /**
             * @description What was wrong with this request, for people.
             * @example The source's available balance would fall below 0.
             */
            detail: string;
            /**
             * @description What was wrong, for programs.
             * @example insufficient_funds
             * @enum {string}
             */
            code: "validation_failed" | "malformed_json" | "malformed_text" | "body_too_deep" | "malformed_request" | "malformed_url" | "malformed_idempotency_key" | "unauthenticated" | "scope_insufficient" | "route_not_found" | "method_not_allowed" | "request_timeout" | "idempotency_key_in_use" | "body_too_large" | "url_too_long" | "unsupported_media_type" | "idempotency_key_reused" | "rate_limited" | "headers_too_large" | "internal_error" | "service_unavailable" | "deadline_exceeded" | "id_already_used" | "transfer_not_found" | "transfer_not_pending" | "transfer_already_posted" | "transfer_already_voided" | "transfer_expired" | "transfer_reserved" | "hold_not_expired" | "amount_exceeds_hold" | "account_not_found" | "account_reserved" | "accounts_must_differ" | "asset_not_found" | "asset_mismatch" | "effective_at_in_future" | "expires_at_in_past" | "reference_taken" | "account_closed" | "account_frozen" | "condition_not_met" | "nothing_to_move" | "insufficient_funds" | "balance_limit_exceeded" | "balance_overflow" | "account_not_empty" | "account_not_frozen" | "limits_contradict" | "account_code_taken" | "asset_code_taken" | "group_refused" | "verification_running" | "book_not_found" | "book_not_allowed" | "book_code_taken" | "api_key_not_found" | "scope_beyond_own" | "last_operator_key" | "too_many_unknown_keys" | "vendor_not_found" | "vendor_code_taken" | "sla_too_short" | "lane_not_pausable" | "dead_letter_not_found" | "dead_letter_replayed" | "dead_letter_discarded" | "rail_not_found" | "callback_not_genuine" | "payment_not_found" | "refund_not_found" | "payout_not_found" | "dispute_not_found" | "operation_not_supported_by_rail" | "chart_account_unusable" | "shares_do_not_add_up" | "expires_at_not_in_future" | "payment_reference_taken" | "payment_not_authorized" | "payment_not_cancelable" | "payout_not_cancelable" | "dispute_not_answerable" | "payment_not_refundable" | "payment_not_retryable" | "amount_exceeds_capturable" | "amount_exceeds_refundable" | "case_not_found" | "case_already_resolved" | "case_being_acted_on" | "case_waits" | "case_changed" | "case_action_not_allowed" | "case_outcome_not_allowed" | "item_not_found" | "item_code_taken" | "stock_below_zero" | "order_not_found" | "item_named_twice" | "items_of_several_assets" | "order_too_large" | "out_of_stock" | "order_reference_taken" | "order_already_ended";
            /**
             * @description The field or parameter that was wrong, as a dotted path.
             * @example source
             */
            param?: string;
            /**
             * @description The request's id.
             * @example req_01k0a2m4qbk4gt8z1r2s5v7w9x
             */
            request_id: string;
            /**
             * @description Where the code is explained.
             * @example /docs/errors#insufficient_funds
             */
            doc_url: string;
            /**
             * @description For `group_refused`: which of the group were refused, and why.
             * @example []
             */
            errors?: components["schemas"]["ProblemItem"][];
        };
        /** ProblemItem */
        ProblemItem: {
            /**
             * @description Its place in the batch.
             * @example 3
             */
            index: number;
            /**
             * @description Why it was refused.
             * @example insufficient_funds
             */
            code: string;
            /**
             * @description The same, for people.
             * @example The source's available balance would fall below 0.
             */
            detail: string;
            /**
             * @description The field that was wrong.
             * @example source
             */
            param?: string;
        };
        /** Rail */
        Rail: {
            /**
             * @description The name of the rail.
             * @example card
             */
            name: string;
            /**
             * @description What can be asked of it.
             * @example [
             *       "authorize",
             *       "charge",
             *       "capture",
             *       "void",
             *       "refund",
             *       "payout"
             *     ]
             */
            operations: ("authorize" | "charge" | "capture" | "void" | "refund" | "payout")[];
            /**
             * @description The assets it carries; null: any.
             * @example [
             *       "INR"
             *     ]
             */
            assets: string[] | null;
            /**
             * @description `down`: it does not answer, and nothing is submitted until `retry_at`. `probing`: a few submissions are let through. `paused`: an administrator has stopped submissions.
             * @example up
             * @enum {unknown}
             */
            state: "up" | "down" | "probing" | "paused";
            /**
             * Format: date-time
             * @description Since when it is in this state.
             * @example 2026-01-31T09:30:00.000000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When it is tried again; null unless it is down or probing.
             * @example null
             */
            retry_at: string | null;
        };
        /**
         * RailEvent
         * @description A rail has gone down or come up; every book gets an event.
         */
        RailEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the rail.
             * @example rail.down
             * @enum {string}
             */
            type: "rail.down" | "rail.up" | "rail.paused" | "rail.resumed";
            data: components["schemas"]["RailNotice"];
        };
        /** RailNotice */
        RailNotice: {
            /**
             * @description The name of the rail.
             * @example card
             */
            rail: string;
            /**
             * Format: date-time
             * @description Since when it is so.
             * @example 2026-01-31T09:30:00.000000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description When it is tried again; null when that is not known.
             * @example null
             */
            retry_at: string | null;
        };
        /**
         * RailSource
         * @description Money from outside, over a rail.
         */
        RailSource: {
            /**
             * @description The rail it comes in over.
             * @example card
             */
            rail: string;
            /**
             * @description The payer's instrument: a token or address that the rail knows.
             * @example card_visa_ok
             */
            instrument: string;
            /**
             * @description What may carry it instead, in this order, when the rail is away or declines and another may do.
             * @example [
             *       "upi"
             *     ]
             */
            other_rails: string[];
        };
        /**
         * RailSourceInput
         * @description Money from outside, over a rail.
         */
        RailSourceInput: {
            /**
             * @description The rail it comes in over.
             * @example card
             */
            rail: string;
            /**
             * @description The payer's instrument: a token or address that the rail knows.
             * @example card_visa_ok
             */
            instrument: string;
            /**
             * @description What may carry it instead, in this order, when the rail is away or declines and another may do.
             * @example [
             *       "upi"
             *     ]
             */
            other_rails?: string[];
        };
        /** ReassignCase */
        ReassignCase: {
            /**
             * @description The operator who works on the case: any name that operators agree on.
             * @example asha
             */
            owner: string;
        };
        /** Refund */
        Refund: {
            /**
             * @description The id of the refund.
             * @example ref_01k0a2m4qep7kx0c4t5v8w9y2z
             */
            id: string;
            /**
             * @description The refunded payment.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            payment: string;
            /**
             * @description `processing`: under way. `succeeded`: the money is back. `failed`, `canceled`: nothing was returned. `requires_review`: an operator has to decide.
             * @example succeeded
             * @enum {string}
             */
            state: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
            /**
             * @description Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.
             * @example null
             */
            reason: string | null;
            /**
             * @description The refunded amount, in minor units.
             * @example 5000
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /** @description Null: to where the money came from. */
            to: components["schemas"]["RefundToWallet"] | null;
            /** @description Who pays for it. */
            from: components["schemas"]["Share"][];
            /**
             * @description Whether the program made it to undo something, such as a success that came too late.
             * @example false
             */
            reversal: boolean;
            /**
             * Format: date-time
             * @description When it was accepted.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
        };
        /**
         * RefundEvent
         * @description Something happened to a refund; `data` is the refund right after it.
         */
        RefundEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the refund.
             * @example refund.created
             * @enum {string}
             */
            type: "refund.created" | "refund.succeeded" | "refund.failed" | "refund.canceled" | "refund.requires_review" | "refund.resolved";
            data: components["schemas"]["Refund"];
        };
        /**
         * RefundToWallet
         * @description An account of the book, in place of where the money came from.
         */
        RefundToWallet: {
            /**
             * @description The account that gets it, by its id or its code.
             * @example customers:42:wallet
             */
            wallet: string;
        };
        /** ReplayDeadLetters */
        ReplayDeadLetters: {
            /**
             * @description Only of this lane.
             * @example standard
             * @enum {unknown}
             */
            lane?: "rollback" | "instant" | "standard" | "bulk";
            /**
             * @description Only of this kind.
             * @example payment.input
             */
            kind?: string;
            /**
             * @description Only of the vendor of this code.
             * @example tiffin-house
             */
            vendor?: string;
            /**
             * @description Only what failed with this code.
             * @example TypeError
             */
            code?: string;
            /**
             * @description Only what failed so.
             * @example exhausted
             * @enum {unknown}
             */
            cause?: "permanent" | "exhausted";
            /**
             * @description The most to replay; 1,000 when not given.
             * @example 1000
             */
            limit?: number;
        };
        /** Replayed */
        Replayed: {
            /**
             * @description How many were enqueued again.
             * @example 42
             */
            replayed: number;
            /**
             * @description Whether there may be more: ask again.
             * @example false
             */
            has_more: boolean;
        };
        /** RetryPayment */
        RetryPayment: {
            /**
             * @description Another instrument of the payer's, or the same once more.
             * @example card_visa_ok
             */
            instrument: string;
            /**
             * @description Another rail; the same one when not given.
             * @example upi
             */
            rail?: string;
        };
        /** SentEvidence */
        SentEvidence: {
            /**
             * @description The file's name; null for a text.
             * @example delivery.pdf
             */
            name: string | null;
            /**
             * @description The media type.
             * @example application/pdf
             */
            media_type: string;
            /**
             * @description The size.
             * @example 18211
             */
            bytes: number;
            /**
             * @description The SHA-256 of the bytes, in hexadecimal.
             * @example 9f86d081884c7d65
             */
            sha256: string;
            /**
             * Format: date-time
             * @description When it was accepted.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
        };
        /**
         * Share
         * @description An account and its part of the amount.
         */
        Share: {
            /**
             * @description The account, by its id or its code.
             * @example merchants:7
             */
            account: string;
            /**
             * @description Its part, in minor units.
             * @example 12000
             */
            amount: string;
        };
        /**
         * ShareInput
         * @description An account and its part of the amount.
         */
        ShareInput: {
            /**
             * @description The account, by its id or its code.
             * @example merchants:7
             */
            account: string;
            /**
             * @description Its part, in minor units.
             * @example 12500
             * @example 12500
             */
            amount: number | string;
        };
        /** Statement */
        Statement: {
            /**
             * @description The account.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            account: string;
            /**
             * @description The code of the account.
             * @example customers:42:wallet
             */
            code: string;
            /**
             * @description The asset of the account.
             * @example USD
             */
            asset: string;
            /**
             * @description Whether times mean when a transfer was recorded, or when it counts from.
             * @example recorded
             * @enum {string}
             */
            by: "recorded" | "effective";
            /**
             * Format: date-time
             * @description Where the statement begins; null: at the opening of the account.
             * @example null
             */
            from: string | null;
            /**
             * Format: date-time
             * @description Where the statement ends, exclusive; null: now.
             * @example null
             */
            to: string | null;
            /**
             * @description The posted balance at `from`.
             * @example 0
             */
            opening: string;
            /**
             * @description The posted balance at `to`: opening plus total_in minus total_out.
             * @example 250000
             */
            closing: string;
            /**
             * @description What came in between.
             * @example 262500
             */
            total_in: string;
            /**
             * @description What went out between.
             * @example 12500
             */
            total_out: string;
            /** @description The entries that moved money, oldest first. */
            data: components["schemas"]["Entry"][];
            /**
             * @description Whether there is another page.
             * @example false
             */
            has_more: boolean;
            /**
             * @description Give it as `cursor` for the next page; null on the last one.
             * @example null
             */
            next_cursor: string | null;
        };
        /** TimelineAttempt */
        TimelineAttempt: {
            /**
             * @description The id of the attempt: the idempotency key that the rail was given.
             * @example att_01k0a2m4qgr1nz2e8w9x2y5z6a
             */
            id: string;
            /**
             * @description The rail that was asked.
             * @example card
             */
            rail: string;
            /**
             * @description What it was asked for.
             * @example charge
             * @enum {string}
             */
            operation: "authorize" | "charge" | "capture" | "void" | "refund" | "payout";
            /**
             * @description How much, in minor units.
             * @example 12500
             */
            amount: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description What is known of it by now.
             * @example succeeded
             * @enum {string}
             */
            state: "submitting" | "pending" | "unknown" | "succeeded" | "failed" | "not_sent";
            /**
             * @description Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.
             * @example null
             */
            reason: string | null;
            /**
             * @description The rail's own name of it.
             * @example ch_4n7q
             */
            rail_reference: string | null;
            /**
             * @description How often the rail was asked about it.
             * @example 0
             */
            inquiries: number;
        };
        /**
         * TimelineItem
         * @description Something that happened to a payment or payout, for people.
         */
        TimelineItem: {
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            at: string;
            /**
             * @description `accepted`: a request was taken in. `step`: what followed from it, with what was booked. `attempt`: a rail was asked.
             * @example step
             * @enum {string}
             */
            kind: "accepted" | "step" | "attempt";
            /**
             * @description What it happened to: the payment, a capture, a refund or a payout.
             * @example pay_01k0a2m4qcm3hv6a8r1s4t7w0z
             */
            subject: string;
            /**
             * @description What happened and why, for people.
             * @example Booked to its destinations.
             */
            text: string;
            /**
             * @description The state of the subject after it; null for an attempt.
             * @example succeeded
             */
            state: string | null;
            /**
             * @description What brought a step about, such as `start`, `outcome`, `cancel`, `expire` or `decision`.
             * @example start
             */
            input: string | null;
            /** @description What was booked, held, posted or voided. */
            transfers: components["schemas"]["TimelineTransfer"][];
            /** @description The attempt, when it was one. */
            attempt: components["schemas"]["TimelineAttempt"] | null;
            /**
             * @description The types of the events that it gave.
             * @example [
             *       "payment.succeeded"
             *     ]
             */
            events: string[];
        };
        /** TimelineTransfer */
        TimelineTransfer: {
            /**
             * @description The id of the transfer; its two entries are on these accounts.
             * @example trf_01k0a2m4q8f2hn4gm2v7r9w1k6
             */
            id: string;
            /**
             * @description The account the money leaves.
             * @example customers:42:wallet
             */
            source_code: string;
            /**
             * @description The account the money goes to.
             * @example merchants:7
             */
            destination_code: string;
            /**
             * @description What it is about, in minor units.
             * @example 12500
             */
            amount: string;
            /**
             * @description What of it has been moved by now.
             * @example 12500
             */
            amount_posted: string;
            /**
             * @description The asset of the amounts.
             * @example USD
             */
            asset: string;
            /**
             * @description Its state now.
             * @example posted
             * @enum {string}
             */
            state: "pending" | "posted" | "voided" | "expired";
        };
        /** Transfer */
        Transfer: {
            /**
             * @description The id of the transfer.
             * @example trf_01k0a2m4q8f2hn4gm2v7r9w1k6
             */
            id: string;
            /**
             * @description The account the money leaves.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            source: string;
            /**
             * @description The code of the source.
             * @example customers:42:wallet
             */
            source_code: string;
            /**
             * @description The account the money goes to.
             * @example acc_01k0a2m4q7fv3t8z6m1w5y2r4s
             */
            destination: string;
            /**
             * @description The code of the destination.
             * @example merchants:7
             */
            destination_code: string;
            /**
             * @description What the transfer is about, in minor units.
             * @example 12500
             */
            amount: string;
            /**
             * @description The asset of both accounts.
             * @example USD
             */
            asset: string;
            /**
             * @description A pending transfer holds its amount until it is posted, voided or has expired; a posted one has moved it.
             * @example posted
             * @enum {string}
             */
            state: "pending" | "posted" | "voided" | "expired";
            /**
             * @description What was moved: the amount, a part of it, or 0 while pending and after void or expiry.
             * @example 12500
             */
            amount_posted: string;
            /**
             * @description Whether it was made as a pending transfer.
             * @example false
             */
            pending: boolean;
            /**
             * Format: date-time
             * @description When the hold of a pending transfer lapses by itself.
             * @example null
             */
            expires_at: string | null;
            /**
             * @description The client's own reference; no two transfers of a book have the same.
             * @example invoice-2026-0042
             */
            reference: string | null;
            /**
             * Format: date-time
             * @description When the transfer counts from; the time of recording unless it was given.
             * @example 2026-01-31T09:30:00.000000Z
             */
            effective_at: string;
            /**
             * Format: date-time
             * @description When it was written to the books.
             * @example 2026-01-31T09:30:00.000000Z
             */
            recorded_at: string;
            /**
             * Format: date-time
             * @description When a pending transfer was posted or voided, or its expiry was written; null for a moment after it has expired.
             * @example null
             */
            resolved_at: string | null;
            /**
             * @description Pairs of text kept with it.
             * @example {
             *       "order": "1042"
             *     }
             */
            metadata: {
                [key: string]: string;
            };
        };
        /**
         * TransferEvent
         * @description Something happened to a transfer; `data` is the transfer right after it.
         */
        TransferEvent: {
            /**
             * @description The id of the event.
             * @example evt_01k0a2m4q9b7ct5x0k3m8n2p4r
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * @description What happened to the transfer. `transfer.settled`: a pending one was posted.
             * @example transfer.posted
             * @enum {string}
             */
            type: "transfer.posted" | "transfer.pending" | "transfer.settled" | "transfer.voided" | "transfer.expired";
            data: components["schemas"]["Transfer"];
        };
        /** TrialBalance */
        TrialBalance: {
            /**
             * Format: date-time
             * @description The moment for which the figures hold.
             * @example 2026-01-31T09:30:00.000000Z
             */
            as_of: string;
            /** @description One row an asset, over all accounts and not only those of this page. */
            totals: {
                /**
                 * @description The asset.
                 * @example USD
                 */
                asset: string;
                /**
                 * @description The sum of the debit column.
                 * @example 250000
                 */
                debit: string;
                /**
                 * @description The sum of the credit column; always equal to the debit column.
                 * @example 250000
                 */
                credit: string;
            }[];
            data: components["schemas"]["TrialBalanceRow"][];
            /**
             * @description Whether there is another page.
             * @example false
             */
            has_more: boolean;
            /**
             * @description Give it as `cursor` for the next page; null on the last one.
             * @example null
             */
            next_cursor: string | null;
        };
        /** TrialBalanceRow */
        TrialBalanceRow: {
            /**
             * @description The account.
             * @example acc_01k0a2m4q7e9anpskxk9n3c8d4
             */
            account: string;
            /**
             * @description The code of the account.
             * @example customers:42:wallet
             */
            code: string;
            /**
             * @description The asset of the account.
             * @example USD
             */
            asset: string;
            /**
             * @description The posted balance without its sign when it is negative, else 0.
             * @example 0
             */
            debit: string;
            /**
             * @description The posted balance when it is positive, else 0.
             * @example 250000
             */
            credit: string;
        };
        /** UnreadRailEvent */
        UnreadRailEvent: {
            /**
             * @description The rail's id of the event, or its place.
             * @example 2026-01-31/17
             */
            event_id: string;
            /**
             * Format: date-time
             * @description When it came.
             * @example 2026-01-31T09:30:00.000000Z
             */
            received_at: string;
            /**
             * @description The statement it stood in; null for a callback.
             * @example 2026-01-31
             */
            statement: string | null;
            /**
             * @description The line of the statement.
             * @example 17
             */
            line: number | null;
            /**
             * @description Why it could not be read.
             * @example the field amount is not understood
             */
            problem: string;
            /**
             * @description What came.
             * @example 17,ev_1,charge,chg_1,,,ten,INR,settled,,
             */
            body: string;
        };
        /**
         * Vendor
         * @description Who payments are made for, and what their work is entitled to.
         */
        Vendor: {
            /**
             * @description The id of the vendor.
             * @example ven_01k0a2m4qhs3p03f0x1y4z7a8b
             */
            id: string;
            /**
             * @description The code of the vendor, by which payments name it.
             * @example tiffin-house
             */
            code: string;
            /**
             * @description The name of the vendor.
             * @example Tiffin House
             */
            name: string | null;
            /**
             * @description The lane of its work.
             * @example instant
             * @enum {unknown}
             */
            lane: "instant" | "standard" | "bulk";
            /**
             * @description Within which time work of the vendor is to be begun, in milliseconds.
             * @example 1000
             */
            sla_ms: number;
            /**
             * @description The most pieces of work that one process has in flight; null: the lane's own ceiling.
             * @example null
             */
            in_flight_max: number | null;
            /**
             * Format: date-time
             * @description When the vendor was made.
             * @example 2026-01-31T09:30:00.000000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             * @example 2026-01-31T09:30:00.000000Z
             */
            updated_at: string;
        };
        /** VerificationCheck */
        VerificationCheck: {
            /**
             * @description What was checked.
             * @example conserved
             */
            name: string;
            /**
             * @description Whether nothing was found.
             * @example true
             */
            ok: boolean;
            /**
             * @description How many things were looked at.
             * @example 120000
             */
            checked: number;
            /**
             * @description What is wrong and where; the first of them when there are many.
             * @example []
             */
            findings: string[];
        };
        /** VerificationEnd */
        VerificationEnd: {
            result: components["schemas"]["VerificationResult"];
        };
        /**
         * VerificationLine
         * @description A line of the answer: how far it is; on the last line the result.
         */
        VerificationLine: components["schemas"]["VerificationEnd"] | components["schemas"]["VerificationProgress"];
        /** VerificationProgress */
        VerificationProgress: {
            /**
             * @description The part that is being checked.
             * @example journal
             */
            check: string;
            /**
             * @description How much of it is done.
             * @example 40
             */
            done: number;
            /**
             * @description How much there is.
             * @example 100
             */
            total?: number;
        };
        /** VerificationResult */
        VerificationResult: {
            /**
             * @description Whether no check found anything.
             * @example true
             */
            ok: boolean;
            checks: components["schemas"]["VerificationCheck"][];
            /**
             * @description Batches that no block of the hash chain holds yet; a few are normal while writes go on.
             * @example 2
             */
            unsealed: number;
            /** @description The last block of the hash chain; null before the first. Kept where nobody who writes to the database can change it, it proves later that nothing before it was changed. */
            head: {
                /**
                 * @description The number of the block.
                 * @example 812
                 */
                number: number;
                /**
                 * @description Its SHA-256, in hexadecimal digits.
                 * @example 9f86d081…
                 */
                hash: string;
            } | null;
            /**
             * @description How long it took.
             * @example 1.25
             */
            seconds: number;
        };
        /** VoidTransfer */
        VoidTransfer: Record<string, never>;
        /**
         * WalletSource
         * @description Money of an account of the book.
         */
        WalletSource: {
            /**
             * @description The account that pays, by its id or its code.
             * @example customers:42:wallet
             */
            wallet: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The request's id, for questions about it. */
        "Request-Id": string;
        /** @description `true` when this is the kept answer to an earlier request with the same Idempotency-Key. */
        "Idempotent-Replayed": "true";
        /** @description The preference that was honored, `wait=SECONDS`. */
        "Preference-Applied": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_transfers: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only transfers out of or into this account, by its id or its code. */
                account?: string;
                /** @description Only transfers out of this account, by its id or its code. */
                source?: string;
                /** @description Only transfers into this account, by its id or its code. */
                destination?: string;
                /** @description Only the transfer with this reference. */
                reference?: string;
                /** @description Only transfers in this state. */
                state?: "pending" | "posted" | "voided" | "expired";
                /** @description Only transfers recorded at this time or later. */
                recorded_from?: string;
                /** @description Only transfers recorded before this time. */
                recorded_to?: string;
                /** @description Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
                metadata?: {
                    [key: string]: string;
                };
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Transfer"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_transfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTransfer"];
            };
        };
        responses: {
            /** @description It had been created before, or this was a dry run. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_already_used`: The id belongs to another request; `reference_taken`: The reference is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `effective_at_in_future`: effective_at is in the future; `expires_at_in_past`: expires_at is in the past; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `condition_not_met`: A condition does not hold; `nothing_to_move`: There is nothing to move; `insufficient_funds`: The source has too little; `balance_limit_exceeded`: The destination would hold too much; `balance_overflow`: The balance would be too large to hold; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_transfers: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTransfers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateTransfersAnswer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `group_refused`: Another transfer of the group was refused; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_transfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the transfer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostTransfer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: There is no such transfer; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_pending`: The transfer was never pending; `transfer_already_posted`: The transfer has been posted already; `transfer_already_voided`: The transfer has been voided already; `transfer_expired`: The transfer has expired; `transfer_reserved`: The hold is kept by a payment; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `amount_exceeds_hold`: More than what is held; `account_frozen`: The account is frozen; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    void_transfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the transfer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VoidTransfer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: There is no such transfer; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_pending`: The transfer was never pending; `transfer_already_posted`: The transfer has been posted already; `transfer_already_voided`: The transfer has been voided already; `transfer_expired`: The transfer has expired; `transfer_reserved`: The hold is kept by a payment; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_transfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the transfer. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transfer_not_found`: There is no such transfer; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only accounts whose code begins with this. */
                code_prefix?: string;
                /** @description Only accounts of this asset. */
                asset?: string;
                /** @description Only accounts in this state. */
                state?: "open" | "frozen" | "closed";
                /** @description Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
                metadata?: {
                    [key: string]: string;
                };
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Account"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAccount"];
            };
        };
        responses: {
            /** @description It had been created before, or this was a dry run. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_already_used`: The id belongs to another request; `account_code_taken`: The code is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: The code is kept for the program; `limits_contradict`: The limits contradict one another; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_accounts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAccounts"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateAccountsAnswer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAccount"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: The code is kept for the program; `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `limits_contradict`: The limits contradict one another; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    freeze_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAccountState"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: The code is kept for the program; `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unfreeze_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAccountState"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: The code is kept for the program; `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `account_not_frozen`: The account is not frozen; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAccountState"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: The code is kept for the program; `condition_not_met`: A condition does not hold; `account_not_empty`: The account is not empty; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_balance: {
        parameters: {
            query?: {
                /** @description The balance as it stood at this time, inclusive; now when not given. */
                at?: string;
                /** @description Whether times mean when a transfer was recorded, or when it counts from. */
                by?: "recorded" | "effective";
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Balance"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_entries: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only entries recorded at this time or later. */
                from?: string;
                /** @description Only entries recorded before this time. */
                to?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Entry"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_statement: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Where the statement begins, inclusive; at the opening of the account when not given. */
                from?: string;
                /** @description Where the statement ends, exclusive; now when not given. */
                to?: string;
                /** @description Whether times mean when a transfer was recorded, or when it counts from. */
                by?: "recorded" | "effective";
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The account, by its id or its code. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statement"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`: There is no such account; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_assets: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A currency of ISO 4217, which every book has, or an asset of this book. */
                kind?: "iso4217" | "custom";
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Asset"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_asset: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAsset"];
            };
        };
        responses: {
            /** @description It had been created before, or this was a dry run. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_code_taken`: The asset code is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_asset: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The code of the asset. */
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_trial_balance: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only this asset. */
                asset?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialBalance"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Go forward: the events after this one, oldest first. Keep the id of the last event seen, and ask again. */
                after?: string;
                /** @description Only events of these types, separated by commas. */
                types?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["VerificationLine"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `verification_running`: The books are being verified already */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_books: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Book"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_book: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBook"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Book"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_code_taken`: The code is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_book: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id or the code of the book. */
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Book"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_beyond_own`: A scope above that of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the key, which is not its text. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `scope_beyond_own`: A scope above that of the key; `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `api_key_not_found`: No such API key; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_operator_key`: The last operator key */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_vendors: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Vendor"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_vendor: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateVendor"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vendor"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `vendor_code_taken`: The code is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sla_too_short`: The SLA is too short; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_vendor: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id or the code of the vendor. */
                vendor: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vendor"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `vendor_not_found`: There is no such vendor; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_vendor: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id or the code of the vendor. */
                vendor: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeVendor"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vendor"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `vendor_not_found`: There is no such vendor; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `sla_too_short`: The SLA is too short; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lanes: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lanes"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_lane: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The lane. */
                lane: "rollback" | "instant" | "standard" | "bulk";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `lane_not_pausable`: The lane cannot be paused; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_lane: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The lane. */
                lane: "rollback" | "instant" | "standard" | "bulk";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this lane. */
                lane?: "rollback" | "instant" | "standard" | "bulk";
                /** @description Only of this kind. */
                kind?: string;
                /** @description Only of the vendor of this code. */
                vendor?: string;
                /** @description Only what failed with this code. */
                code?: string;
                /** @description Only what failed so. */
                cause?: "permanent" | "exhausted";
                /** @description Only those that were, or were not, replayed. */
                replayed?: "true" | "false";
                /** @description Only those that were, or were not, discarded. */
                discarded?: "true" | "false";
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeadLetter"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dead_letter: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the dead letter. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dead_letter_not_found`: There is no such dead letter; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_dead_letter: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the dead letter. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dead_letter_not_found`: There is no such dead letter; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dead_letter_replayed`: The dead letter has been replayed; `dead_letter_discarded`: The dead letter has been discarded; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_dead_letters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDeadLetters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rails: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description All rails. */
                        data: components["schemas"]["Rail"][];
                        /**
                         * @description Whether there is another page.
                         * @example false
                         */
                        has_more: boolean;
                        /**
                         * @description Give it as `cursor` for the next page; null on the last one.
                         * @example null
                         */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rail: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The name of the rail. */
                rail: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rail"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rail_not_found`: No such rail; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_rail: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The name of the rail. */
                rail: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rail"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rail_not_found`: No such rail; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_rail: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The name of the rail. */
                rail: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rail"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rail_not_found`: No such rail; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_unread_rail_events: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The name of the rail. */
                rail: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["UnreadRailEvent"][];
                        /**
                         * @description Whether there is another page.
                         * @example false
                         */
                        has_more: boolean;
                        /**
                         * @description Give it as `cursor` for the next page; null on the last one.
                         * @example null
                         */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rail_not_found`: No such rail; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receive_rail_callback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the rail. */
                rail: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallbackReceived"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `callback_not_genuine`: The callback is not genuine */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rail_not_found`: No such rail */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_payments: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only payments in this state. */
                state?: "processing" | "requires_review" | "authorized" | "succeeded" | "failed" | "canceled";
                /** @description Only the payment with this reference. */
                reference?: string;
                /** @description Only payments of the vendor with this code. */
                vendor?: string;
                /** @description Only payments that this rail carries or carried last. */
                rail?: string;
                /** @description Only payments accepted at this time or later. */
                created_from?: string;
                /** @description Only payments accepted before this time. */
                created_to?: string;
                /** @description Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
                metadata?: {
                    [key: string]: string;
                };
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Payment"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePayment"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `vendor_not_found`: There is no such vendor; `rail_not_found`: No such rail; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_reference_taken`: The reference is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `shares_do_not_add_up`: The shares do not add up to the amount; `expires_at_not_in_future`: expires_at is not in the future; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_captures: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Capture"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_payment_timeline: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TimelineItem"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    capture_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CapturePayment"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_not_authorized`: The payment is not authorized; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `amount_exceeds_capturable`: More than can be captured; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelPayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_cancelable`: The payment can no longer be canceled; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    increment_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IncrementPayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_authorized`: The payment is not authorized; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryPayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `rail_not_found`: No such rail; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_not_retryable`: The payment cannot be tried again; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_or_refund_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelOrRefund"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelOrRefundAnswer"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_not_cancelable`: The payment can no longer be canceled; `payment_not_refundable`: There is nothing to refund; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `amount_exceeds_refundable`: More than can be refunded; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_refunds: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only refunds of this payment. */
                payment?: string;
                /** @description Only refunds in this state. */
                state?: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
                /** @description Only refunds accepted at this time or later. */
                created_from?: string;
                /** @description Only refunds accepted before this time. */
                created_to?: string;
                /** @description Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
                metadata?: {
                    [key: string]: string;
                };
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_refund: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRefund"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payment_not_found`: There is no such payment; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_not_refundable`: There is nothing to refund; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `shares_do_not_add_up`: The shares do not add up to the amount; `amount_exceeds_refundable`: More than can be refunded; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_refund: {
        parameters: {
            query?: never;
            header?: {
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the refund. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `refund_not_found`: There is no such refund; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_payouts: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only payouts in this state. */
                state?: "processing" | "requires_review" | "succeeded" | "failed" | "canceled";
                /** @description Only the payout with this reference. */
                reference?: string;
                /** @description Only payouts of the vendor with this code. */
                vendor?: string;
                /** @description Only payouts over this rail. */
                rail?: string;
                /** @description Only payouts from this account, by its id or its code. */
                source?: string;
                /** @description Only payouts accepted at this time or later. */
                created_from?: string;
                /** @description Only payouts accepted before this time. */
                created_to?: string;
                /** @description Only those with this metadata: `metadata[key]=value`; given several times, all must match. */
                metadata?: {
                    [key: string]: string;
                };
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Payout"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_payout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePayout"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `vendor_not_found`: There is no such vendor; `rail_not_found`: No such rail; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `chart_account_unusable`: An account of the program cannot be used; `payment_reference_taken`: The reference is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_payout: {
        parameters: {
            query?: never;
            header?: {
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payout. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payout_not_found`: There is no such payout; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_payout_timeline: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payout. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TimelineItem"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payout_not_found`: There is no such payout; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_payout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the payout. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelPayout"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payout_not_found`: There is no such payout; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payout_not_cancelable`: The payout can no longer be canceled; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_disputes: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only disputes of this payment. */
                payment?: string;
                /** @description Only disputes at this stage. */
                stage?: "inquiry" | "opened" | "challenged" | "pre_arbitration" | "won" | "lost" | "accepted" | "expired";
                /** @description Only disputes of this rail. */
                rail?: string;
                /** @description Only the disputes that the rail names so. */
                reference?: string;
                /** @description Only disputes whose evidence is due before this time. */
                due_before?: string;
                /** @description Only disputes reported at this time or later. */
                created_from?: string;
                /** @description Only disputes reported before this time. */
                created_to?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Dispute"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dispute: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the dispute. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisputeWithEvidence"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dispute_not_found`: There is no such dispute; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_dispute: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the dispute. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptDispute"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dispute_not_found`: There is no such dispute; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dispute_not_answerable`: The dispute cannot be answered; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    challenge_dispute: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the dispute. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChallengeDispute"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dispute_not_found`: There is no such dispute; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `dispute_not_answerable`: The dispute cannot be answered; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `operation_not_supported_by_rail`: The rail cannot do this; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_cases: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description `open` when not given. */
                state?: "open" | "resolved" | "all";
                /** @description The queue of the case. */
                queue?: "payments" | "disputes";
                /** @description Why an operator is needed. The manual of cases explains each reason. */
                reason?: "outcome_unknown" | "wrong_amount" | "late_success" | "compensation_failed" | "dispute_after_refund" | "unmatched_event" | "booking_refused" | "rail_unavailable" | "unbooked" | "dead_letter" | "answer_due" | "bank_decides" | "give_back_refused";
                /** @description The operator who works on the case: any name that operators agree on. */
                owner?: string;
                /** @description How soon to look at it, compared with cases of the same age. */
                priority?: "high" | "normal" | "low";
                /** @description The kind of the subject. `event`: a report of a rail that matches nothing known. */
                subject_type?: "payment" | "capture" | "refund" | "payout" | "saga" | "event" | "dispute";
                /** @description Only the cases of this subject. */
                subject_id?: string;
                /** @description Only those that are overdue, or are not. */
                overdue?: "true" | "false";
                /** @description Only cases that are or were open for more than this number of seconds. */
                older_than?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Case"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseWithActs"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_case_acts: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["CaseAct"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_already_resolved`: The case is resolved; `case_being_acted_on`: An action is being carried out; `case_waits`: Another case comes first; `case_changed`: The case has changed; `case_action_not_allowed`: The state does not allow this; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inquire_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_already_resolved`: The case is resolved; `case_being_acted_on`: An action is being carried out; `case_waits`: Another case comes first; `case_changed`: The case has changed; `case_action_not_allowed`: The state does not allow this; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    force_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForceCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_already_resolved`: The case is resolved; `case_being_acted_on`: An action is being carried out; `case_waits`: Another case comes first; `case_changed`: The case has changed; `case_action_not_allowed`: The state does not allow this; `case_outcome_not_allowed`: The state does not allow this outcome; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_already_resolved`: The case is resolved; `case_being_acted_on`: An action is being carried out; `case_waits`: Another case comes first; `case_changed`: The case has changed; `case_action_not_allowed`: The state does not allow this; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reassign_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReassignCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_already_resolved`: The case is resolved; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    note_case: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the case. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteOnCase"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `case_not_found`: There is no such case; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    act_on_cases: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActOnCases"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActedOnCases"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_items: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Item"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_item: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateItem"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `item_code_taken`: The code is taken; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_item: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The item, by its id or its code. */
                item: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `item_not_found`: There is no such item; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_item: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The item, by its id or its code. */
                item: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeItem"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `item_not_found`: There is no such item; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `stock_below_zero`: There are not so many in stock; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description How many to answer, 1 to 100; 20 when not given. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only orders in this state. */
                state?: "processing" | "confirmed" | "failed" | "refunded";
            };
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Order"][];
                        has_more: boolean;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrder"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `item_not_found`: There is no such item; `vendor_not_found`: There is no such vendor; `rail_not_found`: No such rail; `account_not_found`: There is no such account; `asset_not_found`: There is no such asset; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_reference_taken`: The reference is taken; `chart_account_unusable`: An account of the program cannot be used; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `item_named_twice`: An item is named twice; `items_of_several_assets`: The items have several assets; `order_too_large`: The order is too large; `out_of_stock`: There are too few in stock; `operation_not_supported_by_rail`: The rail cannot do this; `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `balance_limit_exceeded`: The destination would hold too much; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_not_found`: There is no such order; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_order_checkout: {
        parameters: {
            query?: never;
            header?: {
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkout"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_not_found`: There is no such order; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat: the same key and content again gets the first answer. */
                "Idempotency-Key"?: string;
                /** @description With `wait=SECONDS`, up to 20: answer when the end is known, or as it is after that time (RFC 7240). */
                Prefer?: string;
                /** @description For operator keys: the book to act in, by id or code; else the book of the key. */
                "Munim-Book"?: string;
            };
            path: {
                /** @description The id of the order. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelOrder"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Preference-Applied": components["headers"]["Preference-Applied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed; `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: No valid API key */
            401: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `book_not_allowed`: Not the book of the key; `scope_insufficient`: The key's scope does not allow this */
            403: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_not_found`: There is no such order; `book_not_found`: No such book */
            404: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_timeout`: The request took too long to arrive */
            408: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order_already_ended`: The order has ended; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body must be JSON */
            415: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_unknown_keys`: Too many unknown keys; `rate_limited`: Too many requests */
            429: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description What the client has is still true. */
            304: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_reference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_errors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description `malformed_request`: The request is not HTTP; `malformed_url`: The URL is malformed */
            400: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_too_long`: The URL is too long */
            414: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The server failed */
            500: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The server cannot answer right now; `deadline_exceeded`: The request took too long */
            503: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
