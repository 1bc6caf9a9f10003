import type { X509Certificate } from 'node:crypto'

const prefix = 'URI:munim:role:'
/** One name. Node quotes a name in which a comma would begin another one. */
const oneName = /([^:,]+:(?:"(?:[^"\\]|\\.)*"|[^",]*))(?:, |$)/y

/** Of the certificate's names. None when one of them cannot be read. */
export function rolesOf({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): readonly string[] {
  const names: string[] = []
  oneName.lastIndex = 0
  while (oneName.lastIndex < subjectAltName.length) {
    const [, name] = oneName.exec(subjectAltName) ?? []
    if (name === undefined) return []
    names.push(name)
  }
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
}
