"""Files of what was learned: bases, logistic models, checkpoints of a training."""
