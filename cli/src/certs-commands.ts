import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AuthorityFolder, IssuedCertificate } from './certs/authority-folder.ts'
import { certificateRoles } from './certs/certificate-roles.ts'
import { parseCount } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type Folder = { readonly dir: string; readonly json?: boolean }

const defaultFolder = 'munim-certs'
const reasonNames = ['key-compromise', 'superseded', 'cessation-of-operation', 'privilege-withdrawn'] as const

export function addCertsCommands(program: Command, terminal: Terminal): void {
  const group = program
    .command('certs')
    .description('an authority of your own: issue, renew and revoke certificates of processes and clients')
  addInit(group, terminal)
  addIssue(group, terminal)
  addRenew(group, terminal)
  addRevoke(group, terminal)
  addList(group, terminal)
}

// The library of certificates takes 100 ms to load, and no other command needs it.
const load = () => import('./certs/authority.ts')
const open = async ({ dir }: Folder) => (await import('./certs/authority-folder.ts')).openFolder(dir)

function addInit(group: Command, terminal: Terminal): void {
  withFolder(group.command('init'))
    .description('make the authority: its key, its certificate and an empty list of revoked certificates')
    .option('--name <name>', 'the name in its certificate', parseName, 'Munim internal CA')
    .option('--days <n>', 'how long it lasts', parseDays, 1_825)
    .addHelpText('after', initHelp)
    .action(async ({ dir, json, name, days }: Folder & { readonly name: string; readonly days: number }) => {
      const { paths } = await (await load()).initAuthority({ path: dir, name, days })
      if (json) return write(terminal.stdout, `${toJson({ ca: paths.cert, crl: paths.crl, key: paths.key })}\n`)
      const said = `The authority is in ${dir}. Give every process ${paths.cert} and ${paths.crl}; keep ${paths.key} where no process runs.`
      await write(terminal.stdout, `${said}\n`)
    })
}

type Issue = Folder & { readonly role: readonly string[]; readonly host?: readonly string[]; readonly days: number }

function addIssue(group: Command, terminal: Terminal): void {
  const roles = new Option('--role <role...>', 'what it is for').choices(certificateRoles).makeOptionMandatory()
  withFolder(group.command('issue').argument('<name>', 'the name of the process or client', parseFileName))
    .description('issue a certificate and its key')
    .addOption(roles)
    .option(
      '--host <host...>',
      'names and addresses that it is reached at; without any, it is for a client only',
      parseHost,
    )
    .option('--days <n>', 'how long it lasts', parseDays, 30)
    .addHelpText('after', issueHelp)
    .action(async (name: string, { role, host = [], days, ...at }: Issue) => {
      const folder = await open(at)
      const wanted = { name, roles: [...new Set(role)], hosts: [...new Set(host)], days }
      const issued = await (await load()).issue(folder, wanted)
      await print(terminal, at, { folder, certificates: [issued] })
    })
}

function addRenew(group: Command, terminal: Terminal): void {
  withFolder(group.command('renew').argument('[name...]', 'the names; without any, those that end soon'))
    .description('issue the next certificate of a name, and a new list of revoked certificates')
    .option('--within <days>', 'without names: renew what ends within so many days', parseDays, 10)
    .addHelpText('after', renewHelp)
    .action(async (names: readonly string[], { within, ...at }: Folder & { readonly within: number }) => {
      const [folder, { renew, renewThoseThatEnd }] = [await open(at), await load()]
      const renewed = await (names.length > 0 ? renew(folder, names) : renewThoseThatEnd(folder, within))
      await print(terminal, at, { folder, certificates: renewed })
    })
}

function addRevoke(group: Command, terminal: Terminal): void {
  const reason = new Option('--reason <reason>', 'why').choices(reasonNames).default('superseded')
  withFolder(group.command('revoke').argument('<which>', 'a name, for all its certificates, or a serial number'))
    .description('revoke certificates, and write the list that says so')
    .addOption(reason)
    .addHelpText('after', revokeHelp)
    .action(
      async (which: string, { reason: why, ...at }: Folder & { readonly reason: (typeof reasonNames)[number] }) => {
        const folder = await open(at)
        await print(terminal, at, { folder, certificates: await (await load()).revoke(folder, which, why) })
      },
    )
}

function addList(group: Command, terminal: Terminal): void {
  withFolder(group.command('list'))
    .description('list the certificates that were issued')
    .addHelpText('after', '\nExample:\n  $ munim certs list --json')
    .action(async (at: Folder) => {
      const folder = await open(at)
      await print(terminal, at, { folder, certificates: folder.readIndex().certificates })
    })
}

function withFolder(command: Command): Command {
  return command
    .addOption(new Option('--dir <dir>', 'the folder of the authority').env('MUNIM_CERTS').default(defaultFolder))
    .option('--json', 'print JSON')
}

type Shown = { readonly folder: AuthorityFolder; readonly certificates: readonly IssuedCertificate[] }

async function print(terminal: Terminal, { json }: Folder, { folder, certificates }: Shown): Promise<void> {
  const shown = certificates.map((one) => ({ ...one, state: stateOf(one), ...folder.pathsOf(one.name) }))
  if (json) return write(terminal.stdout, `${toJson(shown)}\n`)
  if (shown.length === 0) return write(terminal.stdout, 'No certificates.\n')
  const columns = ['name', 'roles', 'hosts', 'state', 'ends', 'serial number', 'file'].map((title) => ({ title }))
  const rows = shown.map(({ name, roles, hosts, state, not_after: end, serial, cert }) => [
    ...[name, roles.join(', '), hosts.join(', '), state],
    ...[end, serial, cert],
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}

function stateOf({ revoked_at: at, not_after: end }: IssuedCertificate): 'revoked' | 'expired' | 'valid' {
  if (at !== null) return 'revoked'
  return Date.parse(end) <= Date.now() ? 'expired' : 'valid'
}

function parseName(text: string): string {
  if (/^[\p{L}\p{N} ._-]{1,64}$/u.test(text)) return text
  throw new InvalidArgumentError('It may have letters, digits, spaces and ._- only, up to 64.')
}

/** It names files as well. */
function parseFileName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text)) return text
  throw new InvalidArgumentError('It may have letters, digits and ._- only, up to 64.')
}

function parseHost(text: string, before: readonly string[] = []): readonly string[] {
  const isHost = /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) || /^[0-9a-f:]+(\.\d+){0,3}$/i.test(text)
  if (isHost) return [...before, text]
  throw new InvalidArgumentError('It must be a name such as api.internal, or an address.')
}

function parseDays(text: string): number {
  const days = parseCount(text)
  if (days <= 7_300) return days
  throw new InvalidArgumentError('It may be at most 7300.')
}

const initHelp = `
Nothing that is there is replaced. Whoever has ca.key can be anyone: keep it offline, and back it up.

Example:
  $ munim certs init --dir ${defaultFolder}`

const issueHelp = `
Writes ${join('DIR', 'issued', 'NAME.crt')} and NAME.key. A name that has a valid certificate is refused: renew it.

Examples:
  $ munim certs issue api-1 --role api --host api-1.internal --host 10.0.0.7
  $ munim certs issue all-in-one --role api worker scheduler relay --host localhost 127.0.0.1
  $ munim certs issue shop --role client --days 90`

const renewHelp = `
The new files replace those before, which stay valid until they end. Running processes use the new
files within a second, without a restart. Run it daily: the list of revoked certificates lasts 30 days.

Examples:
  $ munim certs renew
  $ munim certs renew api-1 --json`

const revokeHelp = `
Give the new ca.crl to every process: each uses it within a second, and closes connections made before.

Examples:
  $ munim certs revoke shop --reason key-compromise
  $ munim certs revoke 4f0c6a1e9d2b4c7f8a3d5e6b7c8d9e0f`
