"""The command line: `wangqi` and its short form `reindex`.

    start     the two entry points
    program   the group, and what becomes of errors: one line on standard error and an exit code
    shared    options and settings that several commands have
    reindex, serve, search (and explain), authoring (parse), check (over remote_lookup), analyze, evaluate, misses,
    report, suggest, index_state (status over problem_groups, accept, verify, rollback), pull, mcp (over json_rpc)
    composition  one analyzer and engine for all      update   a reindex on behalf of the server
    stand_in     who answers while it works           stopping   told to end
    watching   again when a file changes
    as_text, shown, logs   what is printed            memory_limit  too little memory

A command imports what it needs when it runs, so that `wangqi --help` and a reindex without changes start fast.
Standard output holds the answer (with `--json` exactly one JSON document), everything else goes to standard error.
"""
