"""The pages of log-in, by the names that django-allauth knows them by. What is not here is not served: no sign-up."""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path, re_path

from advocates.login import views
from advocates.login.door import door

urlpatterns = [
    path("login/", door(views.LogIn.as_view()), name="login"),
    path("login/", door(views.LogIn.as_view()), name="account_login"),
    path("login/second/", door(views.SecondStep.as_view()), name="mfa_authenticate"),
    path("login/passkey/", door(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("login/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/failed/", social.login_error, name="socialaccount_login_error"),
    path("login/with/<str:provider_id>/", door(oidc.login), name="openid_connect_login"),
    path("login/with/<str:provider_id>/callback/", door(oidc.callback), name="openid_connect_callback"),
    path("logout/", account.logout, name="logout"),
    path("logout/", account.logout, name="account_logout"),
    path("password/reset/", door(views.ResetPassword.as_view()), name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        door(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("security/", views.Security.as_view(), name="mfa_index"),
    path("security/password/", account.password_change, name="account_change_password"),
    path("security/password/new/", account.password_set, name="account_set_password"),
    path("security/confirm/", views.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("security/confirm/code/", views.ReauthenticateByCode.as_view(), name="mfa_reauthenticate"),
    path("security/confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security/codes/", views.ActivateCodes.as_view(), name="mfa_activate_totp"),
    path("security/codes/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/recovery/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("security/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("security/passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
