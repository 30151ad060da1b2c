"""Reports of mail servers, written in the forms that these servers use. All names and numbers are invented."""

from __future__ import annotations


def postfix(message_id: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """multipart/report with the headers of the message."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.kz (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bar@mail.example.kz
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A1.17/mx.example.kz"
Message-Id: <20270105.A1@mx.example.kz>

This is a MIME-encapsulated message.

--A1.17/mx.example.kz
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<gumar@example.kz>: host mx.example.kz[192.0.2.1] said: 550 5.1.1 User unknown

--A1.17/mx.example.kz
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.kz
X-Postfix-Queue-ID: A1
Arrival-Date: Tue,  5 Jan 2027 10:00:00 +0500 (+05)

Final-Recipient: rfc822; gumar@example.kz
Original-Recipient: rfc822;gumar@example.kz
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.kz
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--A1.17/mx.example.kz
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Received: from cle (localhost [127.0.0.1])
From: bar@mail.example.kz
To: gumar@example.kz
Message-ID: {message_id}
Subject: =?utf-8?q?CLE?=

--A1.17/mx.example.kz--
""".encode()


def exchange(message_id: str) -> bytes:
    """multipart/report with the whole message, as message/rfc822, and HTML for people."""
    return f"""From: <postmaster@corp.example.kz>
To: <bar@mail.example.kz>
Date: Tue, 5 Jan 2027 10:00:05 +0500
MIME-Version: 1.0
X-DSNContext: 335a7efd - 4460 - 00000001 - 80040546
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_b9f5_"
Content-Language: en-US
Message-ID: <77aa@EX01.corp.example.kz>
In-Reply-To: {message_id}
Subject: Undeliverable: CLE

--_b9f5_
Content-Type: multipart/alternative; differences=Content-Type; boundary="_alt_"

--_alt_
Content-Type: text/plain; charset="us-ascii"

Delivery has failed to these recipients or groups:
gumar@corp.example.kz
The email address you entered couldn't be found.
#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##

--_alt_
Content-Type: text/html; charset="us-ascii"

<html><body>Delivery has failed</body></html>

--_alt_--

--_b9f5_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.corp.example.kz

Final-Recipient: RFC822;gumar@corp.example.kz
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found
X-Display-Name: gumar@corp.example.kz

--_b9f5_
Content-Type: message/rfc822

Received: from mail.example.kz (192.0.2.7)
From: Bar <bar@mail.example.kz>
To: <gumar@corp.example.kz>
Subject: CLE
Message-ID: {message_id}
Content-Type: text/plain

Words

--_b9f5_--
""".encode()


def exim(message_id: str) -> bytes:
    """No parts at all: what happened and the headers, as text for people."""
    return f"""Return-path: <>
X-Failed-Recipients: gumar@example.kz
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example.kz>
To: bar@mail.example.kz
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abc-0001@exim.example.kz>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  gumar@example.kz
    host mx.example.kz [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<gumar@example.kz>:
    550 Unrouteable address

------ This is a copy of the message, including all the headers. ------

Return-path: <bar@mail.example.kz>
Message-ID: {message_id}
From: bar@mail.example.kz
Subject: CLE

Words
""".encode()


def exim_warning(message_id: str) -> bytes:
    return f"""Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example.kz>
To: bar@mail.example.kz
Subject: Warning: message 1abc-0001 delayed 24 hours
Message-Id: <E1abd-0002@exim.example.kz>
References: {message_id}

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on exim.example.kz.

No action is required on your part. Delivery attempts will continue for
some time.
""".encode()


def free_mailbox(message_id: str) -> bytes:
    """As a large free mailbox writes: Russian words in base64, the status for programs, the headers as a message."""
    return f"""Return-Path: <>
From: =?utf-8?B?0J/QvtGH0YLQsA==?= <mailer-daemon@box.example>
To: bar@mail.example.kz
Subject: =?utf-8?B?0J/QuNGB0YzQvNC+INC90LUg0LTQvtGB0YLQsNCy0LvQtdC90L4=?=
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000abc"; report-type=delivery-status
References: {message_id}
X-Failed-Recipients: gumar@box.example

--000000000000abc
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: base64

0J/QuNGB0YzQvNC+INC90LUg0LTQvtGB0YLQsNCy0LvQtdC90L4u

--000000000000abc
Content-Type: message/delivery-status

Reporting-MTA: dns; box.example
Arrival-Date: Mon, 04 Jan 2027 21:00:00 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; gumar@box.example
Action: failed
Status: 5.2.2 (mailbox full)
Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space

--000000000000abc
Content-Type: message/rfc822

From: bar@mail.example.kz
To: gumar@box.example
Message-ID: {message_id}
Subject: CLE

----- Message truncated -----

--000000000000abc--
""".encode()


def vacation(message_id: str) -> bytes:
    """No report: the advocate's own program answers, and quotes a number that looks like one."""
    return f"""From: Gumar <gumar@example.kz>
To: bar@mail.example.kz
Subject: Out of office
Auto-Submitted: auto-replied
In-Reply-To: {message_id}
References: {message_id}

I am away until 5.1.2027. Call 550 123.
""".encode()
