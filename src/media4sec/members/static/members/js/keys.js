// Passkeys and security keys: a button with data-key asks the device, then sends its form.
// data-key="add" registers a key, "prove" answers a question of the page, "sign-in" fetches it.

const { webauthnJSON } = globalThis

function question () {
  return JSON.parse(document.getElementById('js_data').textContent)
}

async function add (form) {
  const options = question().creation_options
  const alone = form.elements.passwordless?.checked ?? false
  Object.assign(options.publicKey.authenticatorSelection, {
    residentKey: alone ? 'required' : 'discouraged',
    requireResidentKey: alone,
    ...(alone && { userVerification: 'required' })
  })
  return webauthnJSON.create(options)
}

async function prove () {
  return webauthnJSON.get(question().request_options)
}

async function signIn (form) {
  const response = await fetch(form.action, { headers: { Accept: 'application/json' } })
  if (!response.ok) throw new Error(response.statusText)
  return webauthnJSON.get((await response.json()).request_options)
}

const asks = { add, prove, 'sign-in': signIn }

for (const button of document.querySelectorAll('[data-key]')) {
  const form = button.form
  const trouble = form.querySelector('[data-key-trouble]')
  button.hidden = !webauthnJSON.supported()
  button.addEventListener('click', async event => {
    event.preventDefault()
    trouble.hidden = true
    try {
      form.elements.credential.value = JSON.stringify(await asks[button.dataset.key](form))
      form.submit()
    } catch {
      // The person said no, waited too long, or has no key here: the device has said so too.
      trouble.hidden = false
    }
  })
}
