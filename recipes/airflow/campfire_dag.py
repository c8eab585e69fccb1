"""Each month, for each company: preview → approval → apply. Written for Airflow 3.

The tasks of a company share its plan file and nothing else but the folder that it is in. Somebody who is not the maker
of the plan looks at the page beside it and signs the plan:

    campfire-sync approve /srv/campfire/north/2026-12-01.plan --key ~/.ssh/id_ed25519

Set up, once:

- a connection `campfire_north` for each company, with the API key as its password;
- the folder `$CAMPFIRE_FOLDER/north` with the month's `edits.xlsx`, and `signers`: an OpenSSH allowed_signers file;
- `$CAMPFIRE_COMPANIES`, and `campfire-sync` on the workers' PATH.
"""

import os
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag, task, task_group

FOLDER = os.environ.get("CAMPFIRE_FOLDER", "/srv/campfire")
COMPANIES = os.environ.get("CAMPFIRE_COMPANIES", "north south").split()
LOOK_EVERY = float(os.environ.get("CAMPFIRE_LOOK_EVERY", "300"))  # seconds

# A retry keeps a plan that is whole: somebody may be reading it already. Invalid rows (exit code 1) leave no plan.
PREVIEW = """
[ -e "$PLAN" ] && exit 0
rm -f "$PLAN.html" "$PLAN.new"
campfire-sync run edits.xlsx --dry-run --plan "$PLAN.new" --html "$PLAN.html" --json && mv "$PLAN.new" "$PLAN"
"""
# A retry is safe: what the records hold already is not sent again, and what somebody has changed since is a conflict.
APPLY = 'campfire-sync apply "$PLAN" --require-approval signers --yes --json'


def command(company: str, name: str, script: str, **options: object) -> BashOperator:
    """A task that runs campfire-sync in the company's folder, with the company's key and journal."""
    return BashOperator(
        task_id=name,
        bash_command=script,
        cwd=f"{FOLDER}/{company}",
        append_env=True,
        env={
            "CAMPFIRE_API_KEY": f"{{{{ conn.campfire_{company}.password }}}}",
            "CAMPFIRE_SYNC_STATE": f"{FOLDER}/{company}/state",
            "PLAN": "{{ ds }}.plan",
        },
        **options,
    )


@task.sensor(
    task_id="approval", poke_interval=LOOK_EVERY, timeout=timedelta(days=10).total_seconds(), mode="reschedule"
)
def is_signed(plan: str) -> bool:
    """Whether a signature is there. `apply` looks whose it is, and of what."""
    return Path(f"{plan}.sig").exists()


@dag(
    schedule="0 6 1 * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
)
def campfire_sync():
    """One task group for each company; they wait for nobody but their own approver."""
    for company in COMPANIES:

        @task_group(group_id=company)
        def month(company: str) -> None:
            preview = command(company, "preview", PREVIEW)
            apply = command(company, "apply", APPLY)
            preview >> is_signed(f"{FOLDER}/{company}/{{{{ ds }}}}.plan") >> apply

        month(company)


campfire = campfire_sync()
