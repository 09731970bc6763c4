"""Delivery reports as mail systems write them, by hand; ``{id}`` stands for our Message-ID."""

from __future__ import annotations

ORIGINAL = """\
Content-Type: message/rfc822

From: Morningstar <feedback@feedback.example.com>
To: Peer One <p1@example.com>
Subject: Your feedback is asked for
Message-ID: <{id}@feedback.example.com>

Dear Peer One, 550 5.1.1 is only a number in this text.
"""


def standard(fields: str, *, headers: str = "", words: str = "It did not work.") -> str:
    """A multipart/report with these per-recipient fields."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: feedback@feedback.example.com
Subject: Undelivered Mail Returned to Sender
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain; charset=utf-8

{words}

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Sun, 22 Nov 2026 17:30:00 +0800

{fields}
--=b
{ORIGINAL}
--=b--
"""


HARD = {
    "postfix": standard(
        """\
Final-Recipient: rfc822; p1@example.com
Original-Recipient: rfc822;p1@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <p1@example.com>: Recipient address rejected: User
    unknown in virtual mailbox table
""",
        headers="Auto-Submitted: auto-replied\n",
    ),
    "exchange": """\
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>
To: feedback@feedback.example.com
Subject: Undeliverable: Your feedback is asked for
Content-Language: en-US
In-Reply-To: <{id}@feedback.example.com>
References: <{id}@feedback.example.com>
X-MS-Exchange-Message-Is-Ndr:
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="_000_"

--_000_
Content-Type: multipart/alternative; boundary="_001_"

--_001_
Content-Type: text/html; charset="us-ascii"

<html><body><b>Peer One wasn't found at example.com.</b></body></html>
--_001_--
--_000_
Content-Type: message/delivery-status

Reporting-MTA: dns;AM9PR04.corp.example

Final-Recipient: rfc822;p1@example.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP lookup
X-Display-Name: Peer One

--_000_--
""",
    "exim": """\
From: Mail Delivery System <Mailer-Daemon@mail.example.com>
To: feedback@feedback.example.com
X-Failed-Recipients: p1@example.com
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software (Exim 4.94.2).

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  p1@example.com
    host mx.example.com [192.0.2.5]
    SMTP error from remote mail server after RCPT TO:<p1@example.com>:
    550 No such person at this address

------ This is a copy of the message, including all the headers. ------

Message-ID: <{id}@feedback.example.com>
To: Peer One <p1@example.com>
""",
    "qq": """\
From: PostMaster@qq.com
To: feedback@feedback.example.com
Subject: =?gb18030?B?z7XNs83L0MU=?=
Content-Type: multipart/mixed; boundary="qq"

--qq
Content-Type: text/html; charset="gb18030"
Content-Transfer-Encoding: base64

{qq}
--qq
Content-Type: message/rfc822

Message-ID: <{id}@feedback.example.com>
To: p1@example.com

text
--qq--
""",
    "163": """\
From: Postmaster@163.com
To: feedback@feedback.example.com
Subject: =?utf-8?B?57O757uf6YCA5L+h?=
Content-Type: multipart/report; boundary="=163"; report-type=delivery-status

--=163
Content-Type: text/plain; charset=gbk
Content-Transfer-Encoding: 8bit

rejected
--=163
Content-Type: message/delivery-status

Reporting-MTA: dns; m12-11.163.com

Final-recipient: RFC822; p1@example.com
Action: failed
Status: 5.0.0
Diagnostic-Code: X-Netease; MI:NHD 550 User not found

--=163
Content-Type: text/rfc822-headers

Message-ID: <{id}@feedback.example.com>

--=163--
""",
    "no-status-but-a-reply": standard(
        "Final-Recipient: rfc822; p1@example.com\nAction: failed\n"
        "Diagnostic-Code: smtp; 554 rejected: policy\n"
    ),
    "one-of-two-recipients": standard(
        "Final-Recipient: rfc822; other@example.com\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822; p1@example.com\nAction: failed\nStatus: 5.2.1\n"
    ),
}

SOFT = {
    "delayed": standard(
        """\
Final-Recipient: rfc822; p1@example.com
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.example.com[192.0.2.5]:25: Connection timed out
Will-Retry-Until: Fri, 27 Nov 2026 17:30:00 +0800
"""
    ),
    "delayed-with-a-hard-reply": standard("Action: delayed\nStatus: 5.0.0\n"),
    "expired": standard("Final-Recipient: rfc822; p1@example.com\nAction: failed\nStatus: 4.4.7\n"),
    "letter": """\
From: Mail Delivery Subsystem <mailer-daemon@mail.example.com>
Subject: Warning: message delayed 24 hours

The server said: 452 4.2.2 The mailbox is full, try again later.
In-Reply-To: <{id}@feedback.example.com>
""",
}

IGNORED = {
    "success": standard(
        "Final-Recipient: rfc822; p1@example.com\nAction: delivered\nStatus: 2.1.5\n"
    ),
    "vacation": """\
From: Peer One <p1@example.com>
To: feedback@feedback.example.com
Subject: Out of office: Your feedback is asked for
Auto-Submitted: auto-replied (vacation)
In-Reply-To: <{id}@feedback.example.com>

I am away until 5.1.2027. For urgent matters call 550 1234.
""",
    "vacation-of-a-postmaster": """\
Return-Path: <>
From: postmaster@example.com
Auto-Submitted: auto-replied
In-Reply-To: <{id}@feedback.example.com>

550 5.1.1 I am away.
""",
    "chinese-vacation": """\
Return-Path: <>
From: p1@example.com
Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSN?=
X-Autoreply: yes
References: <{id}@feedback.example.com>

您好，我在休假。550 5.1.1
""",
    "read-receipt": """\
From: Peer One <p1@example.com>
Content-Type: multipart/report; report-type=disposition-notification; boundary="=r"

--=r
Content-Type: message/disposition-notification

Original-Message-ID: <{id}@feedback.example.com>
Disposition: manual-action/MDN-sent-manually; displayed
--=r--
""",
    "answer-of-a-person": """\
From: Peer One <p1@example.com>
Subject: Re: Your feedback is asked for
In-Reply-To: <{id}@feedback.example.com>

Why do I get a 550 5.1.1 error when I open this?
""",
    "empty": "",
    "bytes": "\x00\x01\x02 Content-Type: multipart/report",
}

UNREADABLE = {
    "no-fields": standard(""),
    "broken-boundary": """\
From: MAILER-DAEMON@example.com
Content-Type: multipart/report; report-type=delivery-status; boundary="never"

<{id}@feedback.example.com> could not be delivered
""",
    "unknown-status": standard("Action: failed\nStatus: unknown\n"),
    "letter-without-a-code": "From: postmaster@example.com\n\nSorry. <{id}@feedback.example.com>\n",
}

QQ_WORDS = "<p>邮件无法发送到 p1@example.com</p>\n<p>550 5.1.1 收件人不存在</p>"
