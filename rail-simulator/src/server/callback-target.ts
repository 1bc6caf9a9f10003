export function isCallbackUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text.replaceAll('{rail}', 'card'))
}

export function isSecret(text: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{8,100}={0,2}$/.test(text)
}
