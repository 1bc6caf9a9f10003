import { expect, it } from 'vitest'
import { externalServer } from './connections/external-tls.ts'

const texts = { cert: 'c', key: 'k', ca: ['a'], crl: ['l'] }
const strict = () => ({ ...texts, isStrict: true })
const lenient = () => ({ ...texts, isStrict: false })
const url = 'postgres://munim:pw@db.internal/munim'

it.each([
  [url, strict, { url, tls: strict }],
  [`${url}?sslmode=verify-full&application_name=a`, strict, { url: `${url}?application_name=a`, tls: strict }],
  [`${url}?sslmode=verify-full&sslmode=disable&ssl=0&sslrootcert=/x`, strict, { url, tls: strict }],
  [`${url}?sslmode=verify-full`, lenient, { url, tls: lenient }],
  [url, lenient, { url }],
  [`${url}?sslmode=require`, lenient, { url: `${url}?sslmode=require` }],
  [`${url}?sslmode=verify-full&sslrootcert=/x`, lenient, { url: `${url}?sslmode=verify-full&sslrootcert=/x` }],
  ['postgres://munim@/munim?host=/run/postgresql', strict, { url: 'postgres://munim@/munim?host=/run/postgresql' }],
  ['postgres://munim@%2Frun%2Fpostgresql/munim', strict, { url: 'postgres://munim@%2Frun%2Fpostgresql/munim' }],
  [
    'postgres://munim@/munim?host=/run&host=db',
    strict,
    { url: 'postgres://munim@/munim?host=%2Frun&host=db', tls: strict },
  ],
  ['postgres:///munim', strict, { url: 'postgres:///munim', tls: strict }],
])('%s is reached as it must be', (given, tls, server) => {
  expect(externalServer(given, tls)).toEqual(server)
})
