import { Fault } from '#platform/faults'

/** `by`: the id of the key that wrapped it, which is no secret. */
export type WrappedKey = { readonly by: string; readonly text: string }

/** The port to the key that wraps the data keys. It is in a file, a variable, or a key service, and never in the database. */
export type KeyEncryption = {
  readonly wrap: (key: Buffer, about: string) => Promise<WrappedKey>
  /** Throws a Fault, whose message is for the operator. */
  readonly unwrap: (wrapped: WrappedKey, about: string) => Promise<Buffer>
  readonly close: () => Promise<void>
}

export function brokenKey(): Fault {
  const message = 'A data key in platform.data_keys does not open: it was changed since it was sealed.'
  return new Fault({ code: 'data_key_broken', message, retryable: false })
}

/** `what` completes the sentence "--secrets-key …". */
export function wrongKey(what: string): Fault {
  return new Fault({ code: 'secrets_key_wrong', message: `--secrets-key ${what}.`, retryable: false })
}
