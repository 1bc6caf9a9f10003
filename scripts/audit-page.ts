import type { Route } from '#platform/http'

/** The table of routes by what the log of acts has of them. */
export function auditPage(routes: readonly Route[], origin: string): string {
  const shown = routes.filter(({ hidden }) => hidden !== true)
  const changing = shown.flatMap(({ method, path, acts }) =>
    acts === undefined ? [] : [`| ${nameOf({ method, path })} | ${'none' in acts ? acts.none : listOf(acts)} |`],
  )
  const reading = shown.flatMap(({ method, path, readAct }) =>
    readAct === undefined ? [] : [`| ${nameOf({ method, path })} | \`${readAct}\` |`],
  )
  return [
    '# Acts',
    '',
    origin,
    '',
    'What the [log of acts](../operating/audit.md) has of each route that changes something. A call that changes nothing has',
    'no row, and neither has one that is refused.',
    '',
    '| route | acts, or why there are none |',
    '|---|---|',
    ...changing,
    '',
    '## Readings',
    '',
    'These routes show personal data, or what others have sent. Every reading by a person is recorded. Of a key or a client,',
    'the first of each hour is recorded, in each process.',
    '',
    '| route | act |',
    '|---|---|',
    ...reading,
    '',
  ].join('\n')
}

function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `\`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}\``
}

function listOf(acts: readonly string[]): string {
  return acts.map((act) => `\`${act}\``).join(', ')
}
