"""Texts that would break a page if they could."""

from hypothesis import strategies as st

HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="`*_[]()#|<>!\\&~$-+=.:/\n\r\t 1a"),
    st.sampled_from(
        [
            "</details><script>alert(1)</script>",
            "<!-- qareport:end results -->",
            "a | b\n| --- | --- |",
            "```\n# x\n```",
            "---\nlanguage: no\n---",
            "[x]: javascript:alert(1)",
            "![x](http://a.b/c)",
            "1. x\n2. y",
            "&lt;b&gt; &amp; &#60;",
            "{{ card }}{% raw %}",
            "no",
            "1.10",
            "2026-11-22",
            "\u202eabc\u2066",
        ]
    ),
)
"""Random ones, ones made of marks alone, and some that are known to be nasty."""
