// OpenBLAS's matrix products, for WebAssembly: three loops do for what the page multiplies.
#pragma once

enum CBLAS_ORDER { CblasRowMajor };
enum CBLAS_TRANSPOSE { CblasNoTrans, CblasTrans };

inline void openblas_set_num_threads(int) {}

// c = alpha a b + beta c
template <class T>
void cblas_gemm(CBLAS_ORDER, CBLAS_TRANSPOSE a_transposed, CBLAS_TRANSPOSE b_transposed, int m, int n, int k, T alpha,
                const T* a, int lda, const T* b, int ldb, T beta, T* c, int ldc) {
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      T sum = 0;
      for (int l = 0; l < k; ++l) {
        const T a_il = a_transposed == CblasTrans ? a[l * lda + i] : a[i * lda + l];
        const T b_lj = b_transposed == CblasTrans ? b[j * ldb + l] : b[l * ldb + j];
        sum += a_il * b_lj;
      }
      T& c_ij = c[i * ldc + j];
      c_ij = alpha * sum + (beta == 0 ? 0 : beta * c_ij);
    }
  }
}

inline constexpr auto cblas_sgemm = cblas_gemm<float>;
inline constexpr auto cblas_dgemm = cblas_gemm<double>;
