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
         * @description Decides up to 10,000 transfers in their order and answers each at its index. Each stands for itself, unless `atomic`: then one refusal refuses all of them, and the answer is the problem `group_refused` with the true reasons in `errors`.
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
         * @description Opens an account of one asset. With a client-given `id`, the same request again is answered with the account and status 200.
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
         * @description Opens up to 10,000 accounts, each for itself, and answers each at its index.
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
         * @description Changes what is given and leaves the rest. `metadata` is replaced as a whole.
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
         * @description Newest first; with `after`, forward and oldest first. Who goes forward misses none: an event is shown only when no transaction still running can come before it.
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
         * @description Checks over all books, while they are being written, what data can show: that money is neither made nor lost, that every id has one effect, that no limit was passed, and that nothing was changed since it was written. One JSON text a line; the last line is the result. An answer that ends without a result failed.
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
         * List what a rail told and could not be read
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
         * @description 503 while the database is away and while the server is stopping.
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
             * @description What the key may do: each scope includes the ones before it.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin";
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
        /** ChangeAccount */
        ChangeAccount: {
            /**
             * @description The new lower limit of the available balance; null for none. It may lie above what is there now.
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
             * @description What the key may do: each scope includes the ones before it.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin";
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
        Event: components["schemas"]["TransferEvent"] | components["schemas"]["AccountEvent"];
        /** ItemError */
        ItemError: {
            /** @description The code of the refusal; see the list of errors. */
            code: string;
            /** @description What was wrong, for people. */
            detail: string;
            /** @description The field that was wrong. */
            param?: string;
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
             * @description What the key may do: each scope includes the ones before it.
             * @example write
             * @enum {unknown}
             */
            scope: "read" | "write" | "admin";
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
            code: "validation_failed" | "malformed_json" | "malformed_text" | "body_too_deep" | "malformed_request" | "malformed_url" | "malformed_idempotency_key" | "unauthenticated" | "scope_insufficient" | "route_not_found" | "method_not_allowed" | "request_timeout" | "idempotency_key_in_use" | "body_too_large" | "url_too_long" | "unsupported_media_type" | "idempotency_key_reused" | "rate_limited" | "headers_too_large" | "internal_error" | "service_unavailable" | "deadline_exceeded" | "id_already_used" | "transfer_not_found" | "transfer_not_pending" | "transfer_already_posted" | "transfer_already_voided" | "transfer_expired" | "hold_not_expired" | "amount_exceeds_hold" | "account_not_found" | "accounts_must_differ" | "asset_not_found" | "asset_mismatch" | "effective_at_in_future" | "expires_at_in_past" | "reference_taken" | "account_closed" | "account_frozen" | "condition_not_met" | "nothing_to_move" | "insufficient_funds" | "balance_limit_exceeded" | "balance_overflow" | "account_not_empty" | "account_not_frozen" | "limits_contradict" | "account_code_taken" | "asset_code_taken" | "group_refused" | "book_not_found" | "book_not_allowed" | "book_code_taken" | "api_key_not_found" | "last_admin_key" | "rail_not_found" | "callback_not_genuine";
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
             * @description When a pending transfer was posted, voided or expired.
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The request's id, for questions about it. */
        "Request-Id": string;
        /** @description `true` when this is the kept answer to an earlier request with the same Idempotency-Key. */
        "Idempotent-Replayed": "true";
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `accounts_must_differ`: Source and destination are the same; `asset_mismatch`: The accounts have another asset; `effective_at_in_future`: effective_at lies in the future; `expires_at_in_past`: expires_at lies in the past; `account_closed`: The account is closed; `account_frozen`: The account is frozen; `condition_not_met`: A condition does not hold; `nothing_to_move`: There is nothing to move; `insufficient_funds`: The source has too little; `balance_limit_exceeded`: The destination would hold too much; `balance_overflow`: The balance would be too large to hold; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `transfer_not_pending`: The transfer was never pending; `transfer_already_posted`: The transfer has been posted already; `transfer_already_voided`: The transfer has been voided already; `transfer_expired`: The transfer has expired; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `transfer_not_pending`: The transfer was never pending; `transfer_already_posted`: The transfer has been posted already; `transfer_already_voided`: The transfer has been voided already; `transfer_expired`: The transfer has expired; `idempotency_key_in_use`: A request with this Idempotency-Key is still running */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `limits_contradict`: The limits contradict one another; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `limits_contradict`: The limits contradict one another; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `condition_not_met`: A condition does not hold; `account_closed`: The account is closed; `account_not_frozen`: The account is not frozen; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `condition_not_met`: A condition does not hold; `account_not_empty`: The account is not empty; `idempotency_key_reused`: The Idempotency-Key was used for another request */
            422: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `last_admin_key`: The last admin key */
            409: {
                headers: {
                    "Request-Id": components["headers"]["Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply; `malformed_idempotency_key`: The Idempotency-Key is malformed */
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
            /** @description `rate_limited`: Too many requests */
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
                /** @description For admin keys: the book to act in, by id or code; else the book of the key. */
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
            /** @description `validation_failed`: The request is not valid */
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
            /** @description `rate_limited`: Too many requests */
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
            /** @description `validation_failed`: The request is not valid; `malformed_json`: The body is not JSON; `malformed_text`: The text is not valid Unicode; `body_too_deep`: The body is nested too deeply */
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
