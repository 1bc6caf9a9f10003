import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Munim, type MunimOptions } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { CliFailure } from './failure.ts'
import { readLogin } from './login-file.ts'
import { personTokens, type Server } from './person-tokens.ts'
import { type TlsFiles, tlsFetch } from './tls-fetch.ts'

export type ConnectionOptions = TlsFiles & {
  readonly url: string
  readonly key?: string
  readonly clientId?: string
  readonly book?: string
  readonly json?: boolean
}

const defaultUrl = 'http://127.0.0.1:8080'
const keyFile = join('.munim', 'admin.key')

/** For commands that act as the person who has logged in, and as no one else. */
export function withServer(command: Command): Command {
  return addServer(command).option('--json', 'print JSON')
}

function addServer(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'address of the server').env('MUNIM_URL').default(defaultUrl))
    .addOption(new Option('--tls-cert <file>', "this client's certificate").env('MUNIM_TLS_CERT').hideHelp())
    .addOption(new Option('--tls-key <file>', 'its key').env('MUNIM_TLS_KEY').hideHelp())
    .addOption(new Option('--tls-ca <file>', "the authority of the server's").env('MUNIM_TLS_CA').hideHelp())
}

export function withConnection(command: Command): Command {
  return addServer(command)
    .addOption(new Option('--key <key>', `API key (else the login, else ${keyFile})`).env('MUNIM_API_KEY'))
    .addOption(
      new Option('--client-id <id>', 'OAuth client, with its secret in MUNIM_CLIENT_SECRET').env('MUNIM_CLIENT_ID'),
    )
    .option('--book <book>', 'with an operator key: the book to act in, by id or code')
    .option('--json', 'print JSON, amounts in minor units')
}

/**
 * A key or a client of the options or the environment, or the person who has logged in, or the key file of a server
 * started in this directory. A key comes first.
 */
export function connect(options: ConnectionOptions, more: Partial<MunimOptions> = {}): Munim {
  const book = options.book === undefined ? {} : { book: options.book }
  const { url, fetch } = serverOf(options)
  const connection = { url, ...book, fetch, ...more }
  if (options.key !== undefined) return new Munim({ ...connection, apiKey: options.key })
  if (options.clientId === undefined) {
    if (readLogin(url) === undefined) return new Munim({ ...connection, apiKey: readKeyFile() })
    return new Munim({ ...connection, accessToken: personTokens({ url, fetch }) })
  }
  const clientSecret = process.env.MUNIM_CLIENT_SECRET
  if (!clientSecret) throw new CliFailure('a client needs its secret: set MUNIM_CLIENT_SECRET')
  return new Munim({ ...connection, clientId: options.clientId, clientSecret })
}

export function serverOf(options: TlsFiles & { readonly url: string }): Server {
  // The message leaves out the value, which may hold a password.
  if (!URL.canParse(options.url)) throw new CliFailure(`--url must be an address such as ${defaultUrl}`)
  return { url: options.url.replace(/\/+$/, ''), fetch: tlsFetch(options) ?? globalThis.fetch }
}

function readKeyFile(): string {
  try {
    return readFileSync(keyFile, 'utf8').trim()
  } catch {
    throw new CliFailure(
      `no API key: give --key, set MUNIM_API_KEY, run "munim login", or run this where "munim start" made ${keyFile}`,
    )
  }
}
