use proptest::prelude::*;
use tenken_model::Span;

use super::*;

/// Each step in short: `+` certain, `?` not.
fn shown(text: &str) -> Vec<String> {
    let sign = |certain| if certain { '+' } else { '?' };
    steps(text)
        .unwrap()
        .iter()
        .map(|step| {
            let what = match &step.effect {
                Effect::Set(Setting::Limit(span), read_only) => format!("{}{}", span.millis() / 1_000, ro(*read_only)),
                Effect::Set(Setting::Off, read_only) => format!("off{}", ro(*read_only)),
                Effect::Set(Setting::Unknown, read_only) => format!("expression{}", ro(*read_only)),
                Effect::Freeze => "freeze".to_owned(),
                Effect::Unset => "unset".to_owned(),
                Effect::Source(paths) => paths.join(","),
                Effect::Unclear => "unclear".to_owned(),
            };
            format!("{}{what}", sign(step.certain))
        })
        .collect()
}

fn ro(read_only: bool) -> &'static str {
    if read_only { " ro" } else { "" }
}

#[test]
fn every_form_of_assignment() {
    for (text, expected) in [
        ("TMOUT=900", "+900"),
        ("TMOUT=\"900\"; export X", "+900"),
        ("export TMOUT='600'", "+600"),
        ("readonly TMOUT=900 ; export TMOUT", "+900 ro"),
        ("declare -xr TMOUT=900", "+900 ro"),
        ("declare -x -r TMOUT=900", "+900 ro"),
        ("typeset -i TMOUT=900", "+900"),
        ("builtin readonly TMOUT=900", "+900 ro"),
        ("A=1 TMOUT=5 B=2", "+5"),
        ("{ TMOUT=900; }", "+900"),
        ("TMOUT=", "+off"),
        ("TMOUT=0", "+off"),
        ("TMOUT=$X", "+expression"),
        ("TMOUT=$((15*60))", "+expression"),
        ("TMOUT=0900", "+expression"),
        ("TMOUT=-1", "+expression"),
        ("TMOUT=15m", "+expression"),
        ("unset TMOUT", "+unset"),
        ("readonly TMOUT", "+freeze"),
        ("TMOUT+=5", "+unclear"),
        ("eval 'TMOUT=5'", "+unclear"),
        (": ${TMOUT:=900}", "+unclear"),
        ("read TMOUT < /etc/x", "+unclear"),
        ("((TMOUT=5))", "+unclear"),
        ("export \"${X}TMOUT\"", "+unclear"),
    ] {
        assert_eq!(shown(text), [expected], "{text}");
    }
    assert_eq!(shown("TMOUT=900\nreadonly TMOUT\nexport TMOUT\n"), ["+900", "+freeze"]);
}

#[test]
fn what_sets_nothing() {
    for text in [
        "# TMOUT=900",
        "echo TMOUT=900",
        "TMOUT=5 bash",
        "XTMOUT=1; TMOUTX=1",
        "cat <<E\nTMOUT=900\nE",
        "declare -p TMOUT",
        "[ -n \"$TMOUT\" ]",
        "export TMOUT",
        "return\nTMOUT=900",
        "exec sh\nTMOUT=900",
        "",
    ] {
        assert_eq!(shown(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_may_not_happen_is_uncertain() {
    for text in [
        "if [ -z \"$TMOUT\" ]; then TMOUT=9; fi",
        "if true; then :; else TMOUT=9; fi",
        "if a; then b; elif TMOUT=9; then c; fi",
        "[ -z \"$TMOUT\" ] && TMOUT=9",
        "[ -z \"$TMOUT\" ] &&\n TMOUT=9",
        "false || { TMOUT=9; }",
        "{ false; } && TMOUT=9",
        "case $USER in root) TMOUT=9;; esac",
        "case $USER in (a|b) TMOUT=9\nesac",
        "for i in 1 2; do TMOUT=9; done",
        "while a; do TMOUT=9; done",
        "f() { TMOUT=9; }",
        "function f { TMOUT=9; }",
        "function f() {\n TMOUT=9; }",
        "f() ( TMOUT=9 )",
        "(TMOUT=9)",
        "a | TMOUT=9",
        "TMOUT=9 | a",
        "TMOUT=9 &",
        "[ $UID = 0 ] && return\nTMOUT=9",
        "if [ -z \"$PS1\" ]; then return; fi; TMOUT=9",
        "case $- in *i*) ;; *) return;; esac\nTMOUT=9",
    ] {
        assert_eq!(shown(text), ["?9"], "{text}");
    }
    assert_eq!(shown("{ TMOUT=9; } | cat"), ["+9", "+unclear"]);
}

#[test]
fn what_follows_a_finished_condition_is_certain() {
    for text in [
        "if a; then b; fi\nTMOUT=9",
        "[ -z \"$PS1\" ] && return\nTMOUT=9",
        "[ -n \"${PS1-}\" ] || return\nTMOUT=9",
        "a && b; TMOUT=9",
        "case a in a) b;; *) c;; esac; TMOUT=9",
        "f() { return; }; TMOUT=9",
        "function f {\n return\n}\nTMOUT=9",
        "while read a; do b; done < c\nTMOUT=9",
        "for ((i=0;i<3;i++)); do a; done\nTMOUT=9",
        "[[ a < b && c ]] && d\nTMOUT=9",
        "if ! shopt -q x ; then\n\tb\nfi ; TMOUT=9",
    ] {
        assert_eq!(shown(text), ["+9"], "{text}");
    }
}

#[test]
fn sourcing_behind_a_look_for_the_file_is_certain() {
    for (text, expected) in [
        (". /etc/a", "+/etc/a"),
        ("[ -r /etc/a ] && source /etc/a", "+/etc/a"),
        ("if [ -f /etc/a ]; then . /etc/a; fi", "+/etc/a"),
        ("if [ \"$USER\" = bob ]; then . /etc/a; fi", "?/etc/a"),
        ("if [ -f /etc/a -a $USER = bob ]; then . /etc/a; fi", "?/etc/a"),
        ("for i in /etc/d/*.sh /etc/e; do [ -r \"$i\" ] && . \"${i}\"; done", "+/etc/d/*.sh,/etc/e"),
    ] {
        assert_eq!(shown(text), [expected], "{text}");
    }
    assert_eq!(shown(". \"$HOME/.x\""), Vec::<String>::new());
}

#[test]
fn the_files_debian_installs() {
    let profile = include_str!("../../../../tests/samples/session_timeout/profile");
    assert_eq!(shown(profile), ["+/etc/bash.bashrc", "+/etc/profile.d/*.sh"]);
    let bashrc = include_str!("../../../../tests/samples/session_timeout/bash.bashrc");
    assert_eq!(shown(bashrc), Vec::<String>::new());
}

#[test]
fn broken_scripts() {
    assert_eq!(steps("if a; then TMOUT=9"), Err(Unfinished(1)));
    assert_eq!(steps("\nf() {\n"), Err(Unfinished(2)));
    assert_eq!(steps("TMOUT='9"), Err(Unfinished(1)));
    assert!(steps(&"{ ".repeat(1_000)).is_err());
    assert_eq!(shown("fi; TMOUT=9"), ["?unclear", "+9"]);
}

#[test]
fn lines_are_named() {
    let found = steps("a\n\nTMOUT=9").unwrap();
    assert_eq!(
        found,
        [Step { effect: Effect::Set(Setting::Limit(Span::from_secs(9)), false), line: 3, certain: true }]
    );
}

#[test]
fn a_loop_that_sources_its_paths_over_and_over_is_unclear() {
    let paths: Vec<String> = (0..400).map(|n| format!("/etc/{n}")).collect();
    let paths = format!(" {}", paths.join(" "));
    let text = format!("for i in{paths}; do\n{}done\n", ". $i\n".repeat(5_000));
    let steps = steps(&text).unwrap();
    let sourced = steps.iter().map(|step| if let Effect::Source(paths) = &step.effect { paths.len() } else { 0 });
    assert_eq!(sourced.sum::<usize>(), 800);
    assert!(steps.iter().any(|step| step.effect == Effect::Unclear));
}

proptest! {
    #[test]
    fn never_panics(text in "((if|then|elif|else|fi|case|in|esac|for|do|done|while|function|f|\\{|\\}|\\(|\\)|;|;;|&&|\\||&|\\[|\\]|\\[\\[|\\]\\]|TMOUT=9|readonly TMOUT|return|\\. /a|\\$i|!)[ \n]){0,60}") {
        let _ = steps(&text);
    }

    #[test]
    fn never_panics_on_anything(text in any::<String>()) {
        let _ = steps(&text);
    }
}
