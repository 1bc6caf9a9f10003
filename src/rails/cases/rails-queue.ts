import type { CaseQueue } from '#cases'

export type RailCaseReason = 'event_unread' | 'statement_refused'
export type RailCaseKind = 'event' | 'statement'

const hour = 3_600

/** Cases about reports of rails that could not be read. They belong to no book. */
export const railsQueue: CaseQueue<RailCaseReason, RailCaseKind> = {
  name: 'rails',
  subjects: { event: null, statement: null },
  reasons: {
    event_unread: { dueWithinSeconds: 4 * hour, standsApart: true, closesWhen: 'The report is read.' },
    statement_refused: { dueWithinSeconds: hour, standsApart: true, closesWhen: 'The statement is read to its end.' },
  },
  // A refused statement is read again by itself, as soon as its adapter is mended.
  actionsOn: ({ reason }) => (reason === 'event_unread' ? ['retry', 'force'] : ['force']),
  outcomesOf: () => ['succeeded'],
}
