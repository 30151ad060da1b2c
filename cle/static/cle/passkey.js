/* Shows what needs passkeys where the browser has them, and says so when one could not be used. */
document.addEventListener('DOMContentLoaded', function () {
  if (window.PublicKeyCredential) {
    document.querySelectorAll('[data-needs-passkeys]').forEach(function (element) { element.hidden = false })
  }
})
document.addEventListener('allauth.error', function (event) {
  const failed = document.getElementById('passkey_failed')
  if (failed) {
    event.preventDefault()
    failed.hidden = false
  }
})
