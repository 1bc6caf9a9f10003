import { X509Certificate } from 'node:crypto'
import { CliFailure } from '../failure.ts'
import { type AuthorityFolder, type AuthorityIndex, type IssuedCertificate, makeFolder } from './authority-folder.ts'
import { issueCertificate, makeAuthority, makeRevocationList, type Reason, type Span } from './signing.ts'

const dayMs = 86_400_000
/** Clocks of machines differ. */
const earlierMs = 300_000
/** Every change of the folder makes a new list, and so does a renewal that finds nothing to renew. */
const listDays = 30

export type NewAuthority = { readonly path: string; readonly name: string; readonly days: number }
export type NewCertificate = Pick<IssuedCertificate, 'name' | 'roles' | 'hosts' | 'days'>

export async function initAuthority({ path, name, days }: NewAuthority): Promise<AuthorityFolder> {
  const folder = makeFolder(path)
  const pair = await makeAuthority({ name, ...span(days) })
  folder.write({ path: folder.paths.key, text: pair.key })
  folder.write({ path: folder.paths.cert, text: pair.cert })
  await writeList(folder, { list_number: 0, certificates: [] })
  return folder
}

/** Refuses a name that has a valid certificate, or files from before. */
export function issue(folder: AuthorityFolder, wanted: NewCertificate): Promise<IssuedCertificate> {
  return folder.locked(async () => {
    const index = folder.readIndex()
    if (index.certificates.some((one) => one.name === wanted.name && isValid(one))) {
      throw new CliFailure(
        `${wanted.name} has a valid certificate; "munim certs renew ${wanted.name}" makes the next one`,
      )
    }
    return issueNow(folder, index, wanted)
  })
}

/** The certificates before stay valid until they end. */
export function renew(folder: AuthorityFolder, names: readonly string[]): Promise<IssuedCertificate[]> {
  return renewThose(folder, (index) => names.map((name) => latest(index, name) ?? unknownName(name)))
}

export function renewThoseThatEnd(folder: AuthorityFolder, withinDays: number): Promise<IssuedCertificate[]> {
  const until = Date.now() + withinDays * dayMs
  return renewThose(folder, (index) => {
    const names = new Set(index.certificates.map(({ name }) => name))
    const each = [...names].flatMap((name) => latest(index, name) ?? [])
    return each.filter(({ not_after: end }) => Date.parse(end) <= until)
  })
}

function renewThose(
  folder: AuthorityFolder,
  choose: (index: AuthorityIndex) => readonly IssuedCertificate[],
): Promise<IssuedCertificate[]> {
  return folder.locked(async () => {
    const chosen = choose(folder.readIndex())
    const renewed: IssuedCertificate[] = []
    for (const { name, roles, hosts, days } of chosen) {
      renewed.push(await issueNow(folder, folder.readIndex(), { name, roles, hosts, days }))
    }
    await writeList(folder, folder.readIndex())
    return renewed
  })
}

/** By a name, every certificate of it that is still valid; by a serial number, that one. */
export function revoke(folder: AuthorityFolder, which: string, reason: Reason): Promise<IssuedCertificate[]> {
  return folder.locked(async () => {
    const index = folder.readIndex()
    const isMeant = (one: IssuedCertificate) => (one.name === which || one.serial === which) && isValid(one)
    if (!index.certificates.some(isMeant))
      throw new CliFailure(`no valid certificate has the name or serial number ${which}`)
    const at = new Date().toISOString()
    const certificates = index.certificates.map((one) => (isMeant(one) ? { ...one, revoked_at: at, reason } : one))
    await writeList(folder, { ...index, certificates })
    return certificates.filter(({ revoked_at: when }) => when === at)
  })
}

async function issueNow(
  folder: AuthorityFolder,
  index: AuthorityIndex,
  wanted: NewCertificate,
): Promise<IssuedCertificate> {
  const { name, roles, hosts, days } = wanted
  const authority = folder.readAuthority()
  const { notBefore, notAfter } = within(span(days), new X509Certificate(authority.cert).validToDate)
  const { cert, key, serial } = await issueCertificate(authority, { ...wanted, notBefore, notAfter })
  const issued = {
    ...{ serial, name, roles, hosts, days },
    ...{ not_before: notBefore.toISOString(), not_after: notAfter.toISOString(), revoked_at: null, reason: null },
  }
  // First the index: what is not in it can never be revoked.
  folder.writeIndex({ ...index, certificates: [...index.certificates, issued] })
  const paths = folder.pathsOf(name)
  folder.write({ path: paths.key, text: key })
  folder.write({ path: paths.cert, text: cert })
  return issued
}

/** Certificates that have ended need no mention. */
async function writeList(folder: AuthorityFolder, index: AuthorityIndex): Promise<void> {
  const number = index.list_number + 1
  const revoked = index.certificates.flatMap(({ serial, revoked_at: at, reason, not_after: end }) =>
    at === null || reason === null || Date.parse(end) <= Date.now() ? [] : [{ serial, at: new Date(at), reason }],
  )
  const { notBefore: from, notAfter: until } = span(listDays)
  const list = await makeRevocationList(folder.readAuthority(), { number, revoked, from, until })
  folder.writeIndex({ ...index, list_number: number })
  folder.write({ path: folder.paths.crl, text: list })
}

export function isValid({ revoked_at: at, not_after: end }: IssuedCertificate): boolean {
  return at === null && Date.parse(end) > Date.now()
}

function latest({ certificates }: AuthorityIndex, name: string): IssuedCertificate | undefined {
  const last = certificates.findLast((one) => one.name === name)
  return last?.revoked_at === null ? last : undefined
}

function unknownName(name: string): never {
  throw new CliFailure(`there is no certificate of ${name} to renew; "munim certs issue" makes the first one`)
}

/** No certificate outlasts its authority. */
function within({ notBefore, notAfter }: Span, end: Date): Span {
  if (end.getTime() <= Date.now())
    throw new CliFailure(`the authority expired at ${end.toISOString()}; make another one`)
  return { notBefore, notAfter: notAfter < end ? notAfter : end }
}

function span(days: number): Span {
  const now = Math.floor(Date.now() / 1_000) * 1_000
  return { notBefore: new Date(now - earlierMs), notAfter: new Date(now + days * dayMs) }
}
