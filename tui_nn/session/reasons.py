"""Why a run ended, in words."""

REASONS = {
    "target_loss": "target loss reached",
    "max_steps": "step limit reached",
    "max_epochs": "epoch limit reached",
    "early_stop": "no better for a while: back at the best",
    "diverged": "diverged: the loss left the finite numbers",
    "interrupted": "interrupted",
    "stopped": "stopped: the dashboard left it",
    "failed": "failed: the training process has ended",
}
