import type { InvitedPerson, InvitePerson, Person } from '@munim/sdk'
import { type Command, Option } from 'commander'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { given, parseCount, takeFirst } from './options.ts'
import { formatTable, type Terminal, toJson, write } from './terminal.ts'

type Role = InvitePerson['role']
type InviteOptions = ConnectionOptions & { readonly name: string; readonly role: Role; readonly allBooks?: boolean }
type ChangeOptions = ConnectionOptions & { readonly name?: string; readonly role?: Role }
type SessionOptions = ConnectionOptions & { readonly session?: string }

const example = 'psn_01k0a2m4qae1fs6y4p7q9r3t5v'
const roles = ['viewer', 'analyst', 'operations', 'approver', 'administrator']

/** For administrators of a book, and for operators. */
export function addPeopleCommands(program: Command, terminal: Terminal): void {
  const group = program.command('people').description('people who log in: invite, list, change, disable, reset')
  addInvite(group, terminal)
  addLists(group, terminal)
  withConnection(group.command('change').argument('<id>', 'psn_…'))
    .description('change the name or the role of a person; another role ends their sessions')
    .option('--name <name>', 'what the person is called')
    .addOption(new Option('--role <role>', 'what the person may do').choices(roles))
    .addHelpText('after', `\nExample:\n  $ munim people change ${example} --role approver`)
    .action(async (id: string, options: ChangeOptions) => {
      const { name, role } = options
      await print(terminal, options, [await connect(options).people.update(id, given({ name, role }))])
    })
  for (const [verb, about] of [
    ['disable', 'keep a person from logging in, and end their sessions'],
    ['enable', 'let a person log in again'],
  ] as const) {
    withConnection(group.command(verb).argument('<id>', 'psn_…'))
      .description(about)
      .addHelpText('after', `\nExample:\n  $ munim people ${verb} ${example}`)
      .action(async (id: string, options: ConnectionOptions) => {
        await print(terminal, options, [await connect(options).people[verb](id)])
      })
  }
  withConnection(group.command('reset').argument('<id>', 'psn_…'))
    .description('give a person a new setup code, which is printed once')
    .addHelpText('after', `\nExample:\n  $ munim people reset ${example}`)
    .action(async (id: string, options: ConnectionOptions) => {
      await printCode(terminal, options, await connect(options).people.reset(id))
    })
}

function addInvite(group: Command, terminal: Terminal): void {
  withConnection(group.command('invite').argument('<login>', 'an email address or a name'))
    .description('invite a person; the setup code is printed once')
    .requiredOption('--name <name>', 'what the person is called')
    .addOption(new Option('--role <role>', 'what the person may do').choices(roles).makeOptionMandatory())
    .option('--all-books', 'the person may act in every book')
    .addHelpText('after', "\nExample:\n  $ munim people invite ada@example.com --name 'Ada Lovelace' --role operations")
    .action(async (login: string, options: InviteOptions) => {
      const { name, role, allBooks } = options
      const person = { login, name, role, ...given({ all_books: allBooks }) }
      await printCode(terminal, options, await connect(options).people.invite(person))
    })
}

function addLists(group: Command, terminal: Terminal): void {
  withConnection(group.command('list'))
    .description('list the people of the book')
    .option('--limit <n>', 'how many', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ munim people list')
    .action(async (options: ConnectionOptions & { readonly limit: number }) => {
      const { limit } = options
      const people = connect(options).people.list({ limit: Math.min(limit, 100) })
      await print(terminal, options, await takeFirst(people, limit))
    })
  withConnection(group.command('sessions').argument('<id>', 'psn_…'))
    .description('list the sessions of a person')
    .addHelpText('after', `\nExample:\n  $ munim people sessions ${example}`)
    .action(async (id: string, options: ConnectionOptions) => {
      const sessions = await takeFirst(connect(options).people.sessions(id), Number.POSITIVE_INFINITY)
      if (options.json) return write(terminal.stdout, `${toJson(sessions)}\n`)
      const columns = ['id', 'client', 'book', 'since', 'until'].map((title) => ({ title }))
      const rows = sessions.map((one) => [one.id, one.client_name, one.book_code, one.created_at, one.expires_at])
      await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
    })
  withConnection(group.command('end-sessions').argument('<id>', 'psn_…'))
    .description('end all sessions of a person, or one')
    .option('--session <id>', 'ses_…')
    .addHelpText('after', `\nExample:\n  $ munim people end-sessions ${example}`)
    .action(async (id: string, options: SessionOptions) => {
      const which = given({ session: options.session })
      await print(terminal, options, [await connect(options).people.endSessions(id, which)])
    })
}

async function printCode(terminal: Terminal, options: ConnectionOptions, invited: InvitedPerson): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(invited)}\n`)
  const until = `to be entered at ${options.url.replace(/\/+$/, '')}/oauth/setup until ${invited.setup_until ?? ''}`
  await write(
    terminal.stdout,
    `person      ${invited.id}\nsetup code  ${invited.setup_code ?? ''}\n            ${until}\n`,
  )
}

async function print(terminal: Terminal, options: ConnectionOptions, people: readonly Person[]): Promise<void> {
  if (options.json) return write(terminal.stdout, `${toJson(people)}\n`)
  const columns = ['id', 'login', 'name', 'role', 'book', 'state', 'last login'].map((title) => ({ title }))
  const rows = people.map((person) => [
    ...[person.id, person.login, person.name, person.role, person.book_code ?? 'all', person.state],
    person.last_login_at ?? '-',
  ])
  await write(terminal.stdout, formatTable(terminal.stdout, columns, rows))
}
