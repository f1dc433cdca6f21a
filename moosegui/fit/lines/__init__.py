"""What lines and the sky tell: detection, rivals, identification, asymmetry."""
