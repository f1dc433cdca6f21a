"""What is seen on the sky: images, and boxes of cubes."""
