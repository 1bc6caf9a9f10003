/** Of every program that listens. */
export const tlsSettings = [
  ['--tls-cert <file>', 'its own certificate, in PEM'],
  ['--tls-key <file>', 'the key of its certificate'],
  ['--tls-ca <file>', 'the authority that signs the certificates of the others; clients then need one'],
  ['--tls-crl <file>', 'the list of the certificates that the authority has revoked'],
  ['--secure', 'refuse every connection without mutual TLS'],
] as const
