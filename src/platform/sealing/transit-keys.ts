import { Fault } from '#platform/faults'
import { createHttpClient } from '#platform/http-client'
import type { Secret } from '#platform/secrets'
import { type KeyEncryption, wrongKey } from './key-encryption.ts'

const timeoutMs = 10_000
const ciphertextPattern = /^[a-z]+:v(\d+):[A-Za-z0-9+/=]+$/

/**
 * A key service with the protocol of the Transit engine of Vault and OpenBao. `url` names the key, such as
 * `https://vault.example/v1/transit/munim`. The key never leaves the service; only data keys travel.
 */
export function createTransitKeys(url: string, token: Secret | undefined): KeyEncryption {
  const [, mount = '', name = ''] = /^(https?:\/\/.+)\/([^/?#]+)$/.exec(url) ?? []
  if (mount === '' || !URL.canParse(mount)) {
    throw wrongKey('must name a key service like transit:https://vault.example/v1/transit/munim')
  }
  const client = createHttpClient({ url: mount, source: 'configuration', timeoutMs, answerBytesMax: 65_536 })
  const ask = async (action: 'encrypt' | 'decrypt', json: Readonly<Record<string, string>>) => {
    const login = token?.versions()[0]
    const headers = ['content-type', 'application/json', ...(login === undefined ? [] : ['x-vault-token', login])]
    const reply = await client.call({ method: 'POST', path: `/${action}/${name}`, headers, body: JSON.stringify(json) })
    if (reply.kind !== 'answered') throw failed(`cannot be reached (${reply.why})`, true)
    if (reply.status !== 200) throw failed(`answered ${reply.status} to ${action}`, reply.status >= 500)
    const data = dataOf(reply.body)
    const text = action === 'encrypt' ? data.ciphertext : data.plaintext
    if (typeof text !== 'string') throw failed(`answered ${action} without a text`, false)
    return text
  }
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return {
    wrap: async (key, about) => {
      const text = await ask('encrypt', { plaintext: key.toString('base64'), associated_data: base64(about) })
      const version = ciphertextPattern.exec(text)?.[1]
      if (version === undefined) throw failed('answered encrypt with a text of another form', false)
      return { by: `${name}:v${version}`, text }
    },
    unwrap: async ({ text }, about) =>
      Buffer.from(await ask('decrypt', { ciphertext: text, associated_data: base64(about) }), 'base64'),
    close: client.close,
  }
}

function dataOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body) as { data?: Readonly<Record<string, unknown>> }).data ?? {}
  } catch {
    return {}
  }
}

/** The body of an answer may hold a key, so no message repeats it. */
function failed(what: string, retryable: boolean): Fault {
  return new Fault({ code: 'key_service_failed', message: `The key service of --secrets-key ${what}.`, retryable })
}
