"""python -m autodiff_cli"""

from autodiff_cli import main

if __name__ == "__main__":
    main()
