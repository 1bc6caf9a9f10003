import type { Action, Outcome, ScoreThreshold } from '../scenarios/scenario.ts'
import type { SubjectKind } from '../subject-schema.ts'

export type StarterRule = {
  readonly id: string
  readonly reason: string
  /** In the text form. */
  readonly when: string
  readonly score: number
  readonly outcome?: Outcome
  readonly actions?: readonly Action[]
  readonly isFinal?: boolean
}

export type StarterScenario = {
  readonly id: string
  readonly version: number
  readonly subject: SubjectKind
  readonly rules: readonly StarterRule[]
  readonly thresholds: readonly ScoreThreshold[]
  readonly onError: Outcome
}

const thresholds: readonly ScoreThreshold[] = [
  { from: 30, outcome: 'step_up' },
  { from: 60, outcome: 'review' },
  { from: 100, outcome: 'decline' },
]

const openCase: readonly Action[] = [{ name: 'open_case', with: { queue: 'risk' } }]

const payments: readonly StarterRule[] = [
  {
    id: 'blocked-party',
    reason: 'Somebody put the payer or the payee on the list of blocked parties.',
    when: 'payer.id in list("blocked_parties") || payee.id in list("blocked_parties")',
    score: 100,
    outcome: 'decline',
    isFinal: true,
  },
  {
    id: 'blocked-instrument',
    reason: 'The card or account was blocked after fraud.',
    when: 'instrument.fingerprint in list("blocked_instruments")',
    score: 100,
    outcome: 'decline',
    isFinal: true,
  },
  {
    id: 'blocked-device',
    reason: 'The device or the address has been used for fraud.',
    when: 'device.id in list("blocked_devices") || ip.address in list("blocked_addresses")',
    score: 80,
    outcome: 'review',
  },
  {
    id: 'blocked-country',
    reason: 'No business is done with these countries.',
    when: 'payer.country in list("blocked_countries") || card.country in list("blocked_countries") || ip.country in list("blocked_countries")',
    score: 100,
    outcome: 'decline',
  },
  {
    id: 'sanctions-match',
    reason: 'A name resembles one on a sanctions list, so a person must look before money moves.',
    when: 'screeningScore("payer") >= threshold("screening_score") || screeningScore("payee") >= threshold("screening_score")',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
  {
    id: 'three-countries',
    reason: 'Card, address and payer are all of different countries, as with stolen cards.',
    when: 'card.country != payer.country && ip.country != payer.country && card.country != ip.country',
    score: 35,
  },
  {
    id: 'proxy-with-foreign-card',
    reason: 'A proxy hides where the payer is, and the card is from elsewhere.',
    when: 'ip.isProxy && card.country != payer.country',
    score: 25,
  },
  {
    id: 'disposable-email',
    reason: 'Addresses of these domains last for minutes, and hide who pays.',
    when: 'payer.email.after("@").lower() in list("disposable_email_domains")',
    score: 20,
  },
  {
    id: 'instrument-attempts',
    reason: 'Many tries with one card in a few minutes are how stolen cards are tested.',
    when: 'window("payment", "10m").by(instrument.fingerprint).count() >= threshold("instrument_attempts")',
    score: 40,
  },
  {
    id: 'device-failures',
    reason: 'One device fails again and again: somebody guesses numbers of cards.',
    when: 'window("payment", "1h").by(device.id).where(status == "failed").count() >= 4',
    score: 40,
  },
  {
    id: 'many-instruments-on-device',
    reason: 'One device pays with many cards in a day, as with a list of stolen ones.',
    when: 'window("payment", "24h").by(device.id).distinct(instrument.fingerprint) >= 4',
    score: 45,
  },
  {
    id: 'many-payers-on-instrument',
    reason: 'One card is used by several payers within a week.',
    when: 'window("payment", "7d").by(instrument.fingerprint).distinct(payer.id) >= 3',
    score: 45,
  },
  {
    id: 'far-above-usual',
    reason: 'The amount is four times what the payer usually pays, after at least five payments.',
    when: 'window("payment", "30d").by(payer.id).count() >= 5 && amount > window("payment", "30d").by(payer.id).average(amount) * 4',
    score: 30,
  },
  {
    id: 'new-payer-large-amount',
    reason: 'A payer of less than a day pays a large amount.',
    when: 'now() - payer.createdAt < duration("1d") && asset(amount) == "INR" && amount >= money("25000.00 INR")',
    score: 35,
  },
  {
    id: 'large-at-night',
    reason: 'Large payments between one and five at night are rare, and common after a theft.',
    when: 'now().getHours("Asia/Kolkata") in [1, 2, 3, 4] && asset(amount) == "INR" && amount >= money("50000.00 INR")',
    score: 20,
  },
  {
    id: 'just-under-the-limit',
    reason: 'Several payments just under 50,000 in a day may avoid the limit from which a PAN is asked for.',
    when: 'asset(amount) == "INR" && amount >= money("45000.00 INR") && amount < money("50000.00 INR") && window("payment", "24h").by(payer.id).where(asset(amount) == "INR" && amount >= money("45000.00 INR") && amount < money("50000.00 INR")).count() >= 2',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
  {
    id: 'far-from-home',
    reason: 'The payer is more than 1,000 km from the usual place.',
    when: 'distance(place, payer.place) > 1000.0',
    score: 15,
  },
  {
    id: 'declined-an-hour-ago',
    reason: 'The same payer was declined within the hour, and tries again.',
    when: 'earlierOutcome(payer.id) == "decline" && earlierAge(payer.id) < duration("1h")',
    score: 25,
  },
]

const payouts: readonly StarterRule[] = [
  {
    id: 'blocked-recipient',
    reason: 'Somebody put the recipient on the list of blocked parties.',
    when: 'recipient.id in list("blocked_parties")',
    score: 100,
    outcome: 'decline',
    isFinal: true,
  },
  {
    id: 'sanctioned-recipient',
    reason: 'A name resembles one on a sanctions list, so a person must look before money moves.',
    when: 'screeningScore("recipient") >= threshold("screening_score")',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
  {
    id: 'new-recipient-drains',
    reason: 'A recipient of less than a day gets more than the account has paid out at once in 30 days.',
    when: 'now() - recipient.createdAt < duration("1d") && amount > window("payout", "30d").by(account).max(amount)',
    score: 45,
    outcome: 'step_up',
  },
]

const refunds: readonly StarterRule[] = [
  {
    id: 'refund-after-months',
    reason: 'Refunds long after the payment are often sent to somebody else than the payer.',
    when: 'now() - payment.createdAt > duration("180d")',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
  {
    id: 'many-refunds-by-one',
    reason: 'One employee refunds unusually often: ten times in an hour, or more than usual for the vendor.',
    when: 'window("refund", "1h").by(requestedBy).count() >= 10 || window("refund", "1h").by(requestedBy).count() > window("refund", "7d").by(vendor.id).count() / 10 + 5',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
]

const parties: readonly StarterRule[] = [
  {
    id: 'sanctioned-party',
    reason: 'A name resembles one on a sanctions list.',
    when: 'screeningScore("party") >= threshold("screening_score")',
    score: 60,
    outcome: 'review',
    actions: openCase,
  },
  {
    id: 'many-parties-on-device',
    reason: 'Many accounts from one device in a day are often mules, or one person who collects bonuses.',
    when: 'window("party", "24h").by(device.id).count() >= 3 || party.country in list("blocked_countries")',
    score: 60,
    outcome: 'review',
  },
]

/** 25 rules to begin with. Each has its reason, so that it can be argued about. */
export const starterPack: readonly StarterScenario[] = [
  { id: 'starter-payments', version: 1, subject: 'payment', rules: payments, thresholds, onError: 'review' },
  { id: 'starter-payouts', version: 1, subject: 'payout', rules: payouts, thresholds, onError: 'review' },
  { id: 'starter-refunds', version: 1, subject: 'refund', rules: refunds, thresholds, onError: 'review' },
  { id: 'starter-parties', version: 1, subject: 'party', rules: parties, thresholds, onError: 'review' },
]
